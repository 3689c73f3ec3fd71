/**
 * Where settings come from: for a production stage its block in cdk.json, `"stages": { "prod": { … } }`, so that no
 * deployment forgets one; for `dev` context of their own name (`-c`) too, which overrides its block.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { settings } from './settings.ts';
import { type Context, isOfCdk, isOfDeployment, isProduction, stageOf } from './stage.ts';

export interface Given {
  value: unknown;
  source: string;
}

/**
 * The settings that are given, each with its source.
 * @throws ConfigError for a name that is no setting, for settings outside a production stage's block, and for a
 * production stage that does not say who may call it.
 */
export function readContext(context: Context): Record<string, Given> {
  const stage = stageOf(context);
  if (settings.stage.parse(stage) === undefined)
    throw new ConfigError(`-c stage=${stage}: expected ${settings.stage.expected}`);
  const own = Object.entries(context).filter(([key]) => !isOfCdk(key) && key !== 'stages');
  const block = readBlock(context, stage);
  const source = `cdk.json, "${stage}"`;
  for (const [key, value] of own) {
    if (isObject(value)) throw new ConfigError(`cdk.json, "${key}": write ${asStages(key, value)}`);
    assertSetting(key, `-c ${key}`);
    if (key === 'region' || (isProduction(stage) && !isOfDeployment(key))) {
      const written = asStages(stage, { ...block, [key]: value });
      throw new ConfigError(`-c ${key}=${value}: only in the block of the stage in cdk.json: ${written}`);
    }
  }
  for (const key of Object.keys(block)) {
    if (key === 'stage')
      throw new ConfigError(`${source}: stage: a block is for the stage that it is named after`);
    assertSetting(key, `${source}: ${key}`);
  }
  if (isProduction(stage) && block['auth'] === undefined) {
    const written = asStages(stage, { ...block, auth: 'api-key' });
    throw new ConfigError(
      `-c stage=${stage}: say in cdk.json who may call, with "auth" none, api-key, iam or jwt: ${written}`,
    );
  }
  return Object.fromEntries([
    ...Object.entries(block).map(([key, value]) => [key, { value, source }]),
    ...own.map(([key, value]) => [key, { value: key === 'stage' ? stage : value, source: 'context' }]),
  ]);
}

function assertSetting(key: string, where: string): void {
  if (Object.hasOwn(settings, key)) return;
  const names = Object.keys(settings);
  const isAlike = (one: string, other: string) =>
    other !== '' && one.toLowerCase().startsWith(other.toLowerCase());
  const meant = names.find((name) => isAlike(name, key) || isAlike(key, name));
  const there = meant ? `did you mean ${meant}? There are` : 'there are';
  throw new ConfigError(`${where}: no such setting; ${there} ${names.join(', ')}`);
}

const isObject = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As it is written in cdk.json's context. */
const asStages = (stage: string, block: Context): string =>
  `"stages": ${JSON.stringify({ [stage]: block }, null, 1).replace(/\n\s*/g, ' ')}`;

function readBlock(context: Context, stage: string): Context {
  const { stages = {} } = context;
  if (!isObject(stages)) throw new ConfigError('cdk.json, "stages": expected an object of stages');
  for (const name of Object.keys(stages)) {
    if (settings.stage.parse(name) !== undefined) continue;
    throw new ConfigError(`cdk.json, "stages": ${name}: expected ${settings.stage.expected}`);
  }
  const block = Object.hasOwn(stages, stage) ? stages[stage] : {};
  if (!isObject(block)) throw new ConfigError(`cdk.json, "${stage}": expected an object of settings`);
  return block;
}

/**
 * @param cdkJson the file's text.
 * @throws ConfigError when ~/.cdk.json or cdk.context.json has a part in the block of a production stage.
 */
export function assertBlockOf(cdkJson: string, context: Context): void {
  const stage = stageOf(context);
  const written = readBlock(JSON.parse(cdkJson).context ?? {}, stage);
  if (!isProduction(stage) || isDeepStrictEqual(readBlock(context, stage), written)) return;
  throw new ConfigError(
    `cdk.json, "${stage}": ~/.cdk.json, cdk.context.json or -c changes its block. Take "stages" out there`,
  );
}

/** The settings of a stack as they are written in its block, with the stage. */
export function givenSettings(context: Context): Record<string, string> {
  const given = Object.entries(readContext(context)).map(([name, { value }]) => [name, String(value)]);
  return { stage: stageOf(context), ...Object.fromEntries(given) };
}

/** While traffic shifts, old and new versions serve: each session would be in one of two tables. */
const TABLE_ADVICE =
  'existingTable: if this deployment changes the table, add -c deploy=at-once (docs/runbook.md, "Use another table")';

/** The settings that are not at their defaults, a line each, with where they come from; and what to look after. */
export function describeSettings(context: Context, { existingTable, deploy }: Config): string[] {
  const named = Object.entries(readContext(context)).filter(
    ([name, { value }]) => String(value) !== settings[name as keyof typeof settings].default,
  );
  const width = Math.max(...named.map(([name, { value }]) => `${name}=${value}`.length));
  const lines = named.map(([name, { value, source }]) => `${`${name}=${value}`.padEnd(width)}  ${source}`);
  return existingTable !== undefined && deploy === 'canary' ? [...lines, TABLE_ADVICE] : lines;
}
