/** Stages, and the form of their settings in CDK context. In its own file, so that the local host need not load CDK. */

/** The stage for throwing away. Every other one is production. */
const DEV = 'dev';

export type Context = Readonly<Record<string, unknown>>;

export const isProduction = (stage: string): boolean => stage !== DEV;

export const stageOf = (context: Context): string => String(context['stage'] ?? DEV);

/** Says which deployment it is, or how this one is done: no part of a stage's settings. */
export const isOfDeployment = (key: string): boolean => ['stage', 'deploy'].includes(key);

/** A key of CDK's own has a colon or a scope; two of its CLI have neither (`cdk acknowledge`, `cdk cli-telemetry`). */
export const isOfCdk = (key: string): boolean =>
  /[:@]/.test(key) || ['acknowledged-issue-numbers', 'cli-telemetry'].includes(key);

/**
 * Context with a production stage's settings in its block, as in cdk.json, for those who try a stage out without
 * one: `npm start`, tests.
 */
export function inBlock(context: Context): Context {
  const stage = stageOf(context);
  if (!isProduction(stage)) return context;
  const { stages, ...flat } = context as { stages?: Readonly<Record<string, Context>> };
  const isOutside = ([key]: [string, unknown]) => isOfDeployment(key) || isOfCdk(key);
  const entries = Object.entries(flat);
  const block = Object.fromEntries(entries.filter((entry) => !isOutside(entry)));
  return {
    ...Object.fromEntries(entries.filter(isOutside)),
    stages: { ...stages, [stage]: { ...stages?.[stage], ...block } },
  };
}
