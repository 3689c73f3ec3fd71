/** The environment variables that the stack gives to the function of a route. */
import { Aws, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import * as variables from '../../functions/aws/environment.ts';
import { findOwnerClaim, findServiceScope, type Options } from '../config/options.ts';
import type { Identity } from '../identity.ts';
import type { Route } from '../routes.ts';

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
  scope: Construct,
  route: Pick<Route, 'id' | 'tableActions' | 'variables'>,
  { tableName }: Pick<ITable, 'tableName'>,
  options: Options,
  { name, path }: Identity,
): Record<string, string> {
  const { stackId } = Stack.of(scope);
  const values: Record<string, string> = {
    [variables.SERVICE_NAME.name]: name,
    [variables.TABLE_NAME.name]: tableName,
    [variables.DYNAMODB_ENDPOINT.name]: serviceUrl('dynamodb'),
    [variables.DEFAULT_TIMEOUT.name]: String(options.timeoutMinutes),
    [variables.MAX_DURATION.name]: String(options.maxDurationMinutes),
    [variables.WARNING_THRESHOLD.name]: String(options.warningThresholdMinutes),
    // An id that CloudFormation generates.
    [variables.IDEMPOTENCY_SALT.name]: path === '' ? stackId : `${stackId}/${path}`,
    [variables.MIN_TIMEOUT.name]: String(options.minTimeoutMinutes),
    [variables.MAX_TIMEOUT.name]: String(options.maxTimeoutMinutes),
    // Authenticated callers have sessions of their own to count.
    [variables.COUNT_SESSIONS.name]: options.auth.kind === 'none' ? 'on' : 'off',
  };
  const ownerClaim = findOwnerClaim(options);
  const serviceScope = findServiceScope(options);
  const hasTable = route.tableActions.length > 0;
  const needed = [variables.SERVICE_NAME, ...(hasTable ? TABLE_VARIABLES : []), ...(route.variables ?? [])];
  const environment = needed.map((variable) => {
    const value = values[variable.name];
    if (!value) throw new Error(`${route.id} needs ${variable.name}, which the stack does not set`);
    return [variable.name, value];
  });
  return {
    ...Object.fromEntries(environment),
    ...(hasTable && ownerClaim !== undefined && { [variables.OWNER_CLAIM.name]: ownerClaim }),
    ...(hasTable && serviceScope !== undefined && { [variables.SERVICE_SCOPE.name]: serviceScope }),
  };
}
