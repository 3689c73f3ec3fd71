/** The whole service: one table, one HTTP API, one function per route. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { INDEXES } from '../functions/session/store/query.ts';
import { buildAccess } from './api/auth.ts';
import { addDomain } from './api/domain.ts';
import { addHttpApi } from './api/http-api.ts';
import { addRoute } from './api/route.ts';
import { type Config, findOwnerClaim } from './config/config.ts';
import { addLiveAlias, CanaryDeployment } from './lambda/canary.ts';
import { functionEnvironment, serviceUrl } from './lambda/function-environment.ts';
import { memoryOf } from './lambda/memory.ts';
import { ServiceFunction } from './lambda/service-function.ts';
import { addMonitoring } from './monitoring/monitoring.ts';
import { addRollbackAlarm } from './monitoring/rollback.ts';
import { type Route, routesWith, type TableAction } from './routes.ts';
import { buildTable, type TableReference } from './sessions-table.ts';

const isOfSession = ({ path }: Route): boolean => path.includes('{sessionId}');

export interface SessionsStackProps extends StackProps {
  config: Config;
  /** As they were given, for the template's metadata. */
  settings: Record<string, string>;
}

/** The template's metadata with the settings that the stack was made with. */
const SETTINGS_METADATA = 'Settings';

export class SessionsStack extends Stack {
  constructor(scope: Construct, id: string, { config, settings, ...props }: SessionsStackProps) {
    super(scope, id, props);
    this.templateOptions.metadata = { [SETTINGS_METADATA]: settings };
    const table = buildTable(this, config);
    const { authorizer, authorizerFunction } = buildAccess(this, config, serviceUrl('secretsmanager'));
    const { api, stage, accessLogs } = addHttpApi(this, config, authorizer);
    const functions = this.routeFunctions(table, config);
    const topic = addMonitoring(this, config, {
      api,
      accessLogs,
      functions: {
        ofSession: [...functions].filter(([route]) => isOfSession(route)).map(([, one]) => one),
        others: [
          ...[...functions].filter(([route]) => !isOfSession(route)).map(([, one]) => one),
          ...(authorizerFunction ? [authorizerFunction] : []),
        ],
      },
      table,
    });
    const canary = config.deploy === 'canary' ? new CanaryDeployment(this, 'Deployments') : undefined;
    for (const [route, routeFunction] of functions) {
      const alias = addLiveAlias(routeFunction, config);
      canary?.shiftTraffic(
        routeFunction,
        alias,
        addRollbackAlarm(this.stackName, routeFunction, alias, topic),
      );
      addRoute(api, route, alias as IFunction, authorizer);
    }

    const domainUrl = addDomain(this, config, api, stage);
    // The domain's DNS record comes later than the stack: until the execute-api endpoint is off, that is the URL.
    const url = config.executeApi === 'off' && domainUrl !== undefined ? domainUrl : stage.url;
    new CfnOutput(this, 'ApiUrl', { value: url, description: 'The base URL of the API' });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The table of the sessions' });
  }

  private routeFunctions(table: TableReference, config: Config): Map<Route, ServiceFunction> {
    const indexes = Object.values(INDEXES).map((index) => `${table.tableArn}/index/${index}`);
    return new Map(
      routesWith(config).map((route) => [
        route,
        new ServiceFunction(this, route.id, {
          file: route.file,
          summary: route.summary,
          caller: `${route.method} ${route.path}`,
          environment: functionEnvironment(this, route, table, config),
          isProduction: config.isProduction,
          logRetention: config.logRetentionDays,
          tracing: config.tracing === 'on',
          memoryMb: config.memoryMb ?? memoryOf(route),
          maxConcurrency: config.maxConcurrency,
          statements: actionsWith(route, config).map(({ action, on }) => {
            const resources = on === 'indexes' ? indexes : [table.tableArn];
            return new PolicyStatement({ actions: [action], resources });
          }),
        }),
      ]),
    );
  }
}

/** The actions on the table that a route needs with these settings. */
function actionsWith({ tableActions }: Route, config: Config): readonly TableAction[] {
  const hasOwners = findOwnerClaim(config) !== undefined;
  const needs = {
    'with owners': hasOwners,
    'without owners': !hasOwners,
    'with auth=none': config.auth.kind === 'none',
  };
  return tableActions.filter(({ only }) => only === undefined || needs[only]);
}
