/** Where settings come from: CDK context, and the block of the stage in it. */

import { ConfigError } from './config-error.ts';
import { settings } from './settings.ts';

/** Keys of the CDK CLI that have no colon (`cdk acknowledge`, `cdk cli-telemetry`). */
const CLI_KEYS = ['acknowledged-issue-numbers', 'cli-telemetry'];

type Context = Readonly<Record<string, unknown>>;

export interface Given {
  value: unknown;
  source: string;
}

/**
 * The settings that are given, each with its source: context of its own name (`-c`, cdk.json) before the
 * block of the stage, such as `"prod": { "auth": "jwt" }` in cdk.json.
 * @throws ConfigError for a name that is no setting, and for a `prod` that does not say who may call it.
 */
export function readContext(context: Context): Record<string, Given> {
  const stage = String(context['stage'] ?? settings.stage.default);
  // CDK's own keys have a colon or a scope.
  const isForeign = (key: string) => /[:@]/.test(key) || CLI_KEYS.includes(key);
  const own = Object.entries(context).filter(([key]) => !isForeign(key) && !isBlock(key));
  const block = Object.entries(readBlock(context, stage));
  const blockSource = `cdk.json, "${stage}"`;
  for (const [key] of own) assertSetting(key, `-c ${key}`);
  for (const [key] of block) assertSetting(key === 'stage' ? '' : key, `${blockSource}: ${key}`);
  const given = Object.fromEntries([
    ...block.map(([key, value]) => [key, { value, source: blockSource }]),
    ...own.map(([key, value]) => [key, { value, source: 'context' }]),
  ]);
  if (stage === 'prod' && given['auth'] === undefined) {
    throw new ConfigError(
      '-c stage=prod: say who may call, with -c auth=none, api-key or jwt, or in cdk.json: "prod": { "auth": "api-key" }',
    );
  }
  return given;
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

const isBlock = (key: string): boolean => settings.stage.parse(key) !== undefined;

function readBlock(context: Context, stage: string): Context {
  const block = context[stage] ?? {};
  if (typeof block !== 'object' || Array.isArray(block)) {
    throw new ConfigError(`cdk.json, "${stage}": expected an object of settings`);
  }
  return block as Context;
}

/** The settings that are not at their defaults, a line each, with where they come from. */
export function describeSettings(context: Context): string[] {
  const named = Object.entries(readContext(context)).filter(
    ([name, { value }]) => String(value) !== settings[name as keyof typeof settings].default,
  );
  const width = Math.max(...named.map(([name, { value }]) => `${name}=${value}`.length));
  return named.map(([name, { value, source }]) => `${`${name}=${value}`.padEnd(width)}  ${source}`);
}
