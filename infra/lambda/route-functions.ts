/** The functions of the routes, each with the permissions that it needs. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IAlias, IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { INDEXES } from '../../functions/session/store/query.ts';
import { findOwnerClaim, findServiceScope, type Options } from '../config/options.ts';
import type { Identity } from '../identity.ts';
import { type Route, routesWith, type TableAction } from '../routes.ts';
import { functionEnvironment } from './function-environment.ts';
import { memoryOf } from './memory.ts';
import { ServiceFunction } from './service-function.ts';

/** KMS actions on the table's own key: DynamoDB uses the key on behalf of the function. */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITES = /:(Put|Update|Delete)Item$/;
const KEY_ACTIONS_OF_WRITES = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

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
  const key = actions.length > 0 ? findKey(table) : undefined;
  const keyActions = actions.some(({ action }) => WRITES.test(action))
    ? [...KEY_ACTIONS, ...KEY_ACTIONS_OF_WRITES]
    : KEY_ACTIONS;
  return [
    ...actions.map(({ action, on }) => {
      const resources = on === 'indexes' ? indexes : [table.tableArn];
      return new PolicyStatement({ actions: [action], resources });
    }),
    ...(key ? [new PolicyStatement({ actions: keyActions, resources: [key.keyArn] })] : []),
  ];
}

/** The key itself: an alias's ARN in a policy allows nothing. @throws Error for an alias that names no key. */
function findKey({ encryptionKey: key }: ITable): IKey | undefined {
  return key && 'aliasTargetKey' in key ? (key as IAlias).aliasTargetKey : key;
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
