/** The function of a route, which may do on the table what the list of routes says. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from '../config/config.ts';
import type { Route } from '../routes.ts';
import type { TableReference } from '../sessions-table.ts';
import { ServiceFunction } from './service-function.ts';

export interface RouteFunctionProps {
  route: Route;
  table: TableReference;
  /** The ARNs of the table's indexes. */
  indexes: string[];
  environment: Record<string, string>;
  config: Config;
}

export class RouteFunction extends ServiceFunction {
  constructor(
    scope: Construct,
    id: string,
    { route, table, indexes, environment, config }: RouteFunctionProps,
  ) {
    const { auth, stage, tableName, logRetentionDays, tracing } = config;
    const hasOwners = auth.kind === 'jwt' && auth.ownerClaim !== undefined;
    const needs = {
      'with owners': hasOwners,
      'without owners': !hasOwners,
      'with auth=none': auth.kind === 'none',
    };
    const actions = route.tableActions.filter(({ only }) => only === undefined || needs[only]);
    super(scope, id, {
      file: route.file,
      summary: route.summary,
      caller: `${route.method} ${route.path}`,
      environment,
      stage,
      logRetention: logRetentionDays,
      tracing: tracing === 'on',
      statements: actions.map(
        ({ action, on }) =>
          new PolicyStatement({
            actions: [action],
            resources: on === 'indexes' ? indexes : [table.tableArn],
          }),
      ),
      ...(actions.length > 0 && { tableName }),
    });
  }
}
