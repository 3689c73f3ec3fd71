/** The functions of the routes, each with the permissions that it needs. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { INDEXES } from '../../functions/session/store/query.ts';
import { findOwnerClaim, findServiceScope, type Options } from '../config/options.ts';
import type { Identity } from '../identity.ts';
import { type Route, routesWith, type TableAction } from '../routes.ts';
import { functionEnvironment } from './function-environment.ts';
import { keyStatements } from './key-statements.ts';
import { memoryOf } from './memory.ts';
import { ServiceFunction } from './service-function.ts';

export function addRouteFunctions(
  scope: Construct,
  options: Options,
  identity: Identity,
  table: ITable,
): Map<Route, ServiceFunction> {
  return new Map(
    routesWith(options).map((route) => [
      route,
      new ServiceFunction(scope, route.id, {
        ...options,
        identity,
        file: route.file,
        summary: route.summary,
        caller: `${route.method} ${route.path}`,
        environment: functionEnvironment(scope, route, table, options, identity),
        memoryMb: options.memoryMb ?? memoryOf(route),
        statements: statementsOf(route, options, table),
      }),
    ]),
  );
}

function statementsOf(route: Route, options: Options, table: ITable): PolicyStatement[] {
  const indexes = Object.values(INDEXES).map((index) => `${table.tableArn}/index/${index}`);
  const actions = actionsWith(route, options);
  return [
    ...actions.map(({ action, on }) => {
      const resources = on === 'indexes' ? indexes : [table.tableArn];
      return new PolicyStatement({ actions: [action], resources });
    }),
    ...keyStatements(
      table,
      actions.map(({ action }) => action),
    ),
  ];
}

/** The actions on the table that a route needs with these options. */
function actionsWith({ tableActions }: Route, options: Options): readonly TableAction[] {
  const hasOwners = findOwnerClaim(options) !== undefined;
  const needs = {
    'with owners': hasOwners,
    // Services read as where nobody owns sessions.
    'without owners': !hasOwners || findServiceScope(options) !== undefined,
    'with auth=none': options.auth.kind === 'none',
  };
  return tableActions.filter(({ only }) => only === undefined || needs[only]);
}
