/** A function that publishes events. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import * as variables from '../../functions/aws/environment.ts';
import type { Options } from '../config/options.ts';
import type { Identity } from '../identity.ts';
import { functionEnvironment, serviceUrl } from '../lambda/function-environment.ts';
import { keyStatements } from '../lambda/key-statements.ts';
import { ServiceFunction } from '../lambda/service-function.ts';

/** No request waits for it. */
const MEMORY_MB = 256;

interface EventFunctionProps {
  options: Options;
  identity: Identity;
  table: ITable;
  file: string;
  caller: string;
  summary: string;
  tableActions: readonly string[];
  environment: Record<string, string>;
  statements: readonly PolicyStatement[];
}

export function buildEventFunction(
  scope: Construct,
  id: 'PublishEvents' | 'ExpireSessions',
  { options, identity, table, tableActions, environment, statements, ...rest }: EventFunctionProps,
): ServiceFunction {
  const needed = [
    variables.TABLE_NAME,
    variables.DEFAULT_TIMEOUT,
    variables.MAX_DURATION,
    variables.WARNING_THRESHOLD,
    ...(tableActions.length > 0 ? [variables.DYNAMODB_ENDPOINT] : []),
  ];
  return new ServiceFunction(scope, id, {
    ...options,
    ...rest,
    identity,
    // The setting reserves concurrency for routes; these functions use the account's unreserved concurrency.
    maxConcurrency: undefined,
    environment: {
      ...functionEnvironment(scope, { id, tableActions: [], variables: needed }, table, options, identity),
      [variables.EVENTBRIDGE_ENDPOINT.name]: serviceUrl('events'),
      ...environment,
    },
    memoryMb: options.memoryMb ?? MEMORY_MB,
    statements: [
      ...tableActions.map(
        (action) => new PolicyStatement({ actions: [action], resources: [table.tableArn] }),
      ),
      ...keyStatements(table, tableActions.length > 0 ? tableActions : ['dynamodb:GetRecords']),
      ...statements,
    ],
  });
}

export const putEvents = (bus: IEventBus): PolicyStatement =>
  new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
