/** The environment variables that the stack gives to the function of a route. */
import { Aws, type Stack } from 'aws-cdk-lib';
import * as variables from '../../functions/aws/environment.ts';
import { type Config, findOwnerClaim } from '../config/config.ts';
import type { Route } from '../routes.ts';
import type { TableReference } from '../sessions-table.ts';

/** What every function with table actions reads. */
const TABLE_VARIABLES = [
  variables.TABLE_NAME,
  variables.DYNAMODB_ENDPOINT,
  variables.DEFAULT_TIMEOUT,
  variables.MAX_DURATION,
  variables.WARNING_THRESHOLD,
];

/**
 * The URL of an AWS service in the stack's region, as CloudFormation knows it: a literal would change every
 * function, and so every version, wherever the region is known at synthesis and where it is not. Given, not
 * resolved by the function; it is also what the local host and `sam local invoke` replace: SAM passes on only
 * variables that the template declares.
 */
export const serviceUrl = (service: string): string => `https://${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`;

/** @throws Error at synthesis, when a route needs a variable that has no value here. */
export function functionEnvironment(
  stack: Stack,
  route: Pick<Route, 'id' | 'tableActions' | 'variables'>,
  table: TableReference,
  config: Config,
): Record<string, string> {
  const values: Record<string, string> = {
    [variables.SERVICE_NAME.name]: stack.stackName,
    [variables.TABLE_NAME.name]: table.tableName,
    [variables.DYNAMODB_ENDPOINT.name]: serviceUrl('dynamodb'),
    [variables.DEFAULT_TIMEOUT.name]: String(config.timeoutMinutes),
    [variables.MAX_DURATION.name]: String(config.maxDurationMinutes),
    [variables.WARNING_THRESHOLD.name]: String(config.warningThresholdMinutes),
    // An id that CloudFormation makes.
    [variables.IDEMPOTENCY_SALT.name]: stack.stackId,
    [variables.MIN_TIMEOUT.name]: String(config.minTimeoutMinutes),
    [variables.MAX_TIMEOUT.name]: String(config.maxTimeoutMinutes),
    // Authenticated callers have sessions of their own to count.
    [variables.COUNT_SESSIONS.name]: config.auth.kind === 'none' ? 'on' : 'off',
  };
  const ownerClaim = findOwnerClaim(config);
  const hasTable = route.tableActions.length > 0;
  const needed = [variables.SERVICE_NAME, ...(hasTable ? TABLE_VARIABLES : []), ...(route.variables ?? [])];
  const environment = needed.map(({ name }) => {
    const value = values[name];
    if (!value) throw new Error(`${route.id} needs ${name}, which the stack does not set`);
    return [name, value];
  });
  return {
    ...Object.fromEntries(environment),
    ...(hasTable && ownerClaim !== undefined && { [variables.OWNER_CLAIM.name]: ownerClaim }),
  };
}
