/** The stack, synthesized for a look at its template. */
import { Template } from 'aws-cdk-lib/assertions';
import { expect } from 'vitest';
import { type SynthesizedStack, synthesize } from '../../infra/local/stack/synthesize.ts';
import { TemporaryDirectory } from '../../infra/local/temporary-directory.ts';

/** The template without its functions' bundles: milliseconds instead of seconds. */
export async function synthesizeUnbundled(context: Record<string, unknown> = {}): Promise<SynthesizedStack> {
  using directory = new TemporaryDirectory();
  return await synthesize({ ...context, 'aws:cdk:bundling-stacks': [] }, directory.path);
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
