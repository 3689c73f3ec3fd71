/** The stack, synthesized for a look at its template. */

import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { expect } from 'vitest';
import { inBlock } from '../../infra/config/stage.ts';
import { sessionsApp } from '../../infra/sessions-app.ts';
import type { SynthesizedStack } from '../../local/stack/synthesis.ts';
import { TemporaryDirectory } from '../../local/temporary-directory.ts';

/**
 * The template without its functions' bundles: milliseconds instead of seconds.
 * @param isValidated runs the rules of CloudFormation and cdk-nag too, which take two thirds of the time.
 */
export async function synthesizeUnbundled(
  context: Record<string, unknown> = {},
  isValidated = false,
): Promise<SynthesizedStack> {
  process.env['CDK_VALIDATION'] = String(isValidated);
  using directory = new TemporaryDirectory();
  const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  const [stack] = sessionsApp({
    outdir: directory.path,
    context: {
      ...cdkJson.context,
      ...inBlock(context),
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:enable-path-metadata': true,
    },
  }).synth().stacks;
  if (!stack) throw new Error('The app has no stack');
  return { name: stack.stackName, directory: directory.path, template: stack.template };
}

/** The template with these settings, for CDK's assertions. */
export async function synthesizeTemplate(context: Record<string, string> = {}): Promise<Template> {
  const { template } = await synthesizeUnbundled(context);
  return Template.fromJSON(template as Record<string, unknown>);
}

/** The logical id of the only resource of a type. */
export function only(template: Template, type: string): string {
  const ids = Object.keys(template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}

/** The statements of a function's own policy, in the order of their first action's service. */
export function findStatements(template: Template, id: string): unknown[] {
  const own = Object.entries(template.findResources('AWS::IAM::Role')).filter(([name]) =>
    name.startsWith(`${id}Role`),
  );
  expect(own).toHaveLength(1);
  const order = (statement: { Action: string | string[] }) => {
    const [action = ''] = [statement.Action].flat();
    return (
      ['xray', 'logs', 'dynamodb', 'secretsmanager'].indexOf(action.split(':')[0] ?? '') * 2 +
      Number(action.endsWith(':Query'))
    );
  };
  return own[0]?.[1]['Properties'].Policies[0].PolicyDocument.Statement.toSorted(
    (a: { Action: string }, b: { Action: string }) => order(a) - order(b),
  );
}
