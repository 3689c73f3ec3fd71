/** The whole service: one table, one HTTP API, one function per route. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { INDEXES } from '../functions/session/store/query.ts';
import { buildAccess } from './api/auth.ts';
import { addDomain } from './api/domain.ts';
import { addHttpApi } from './api/http-api.ts';
import { addRoute } from './api/route.ts';
import type { Config } from './config/config.ts';
import { addLiveAlias, GradualDeployment } from './lambda/canary.ts';
import { functionEnvironment, serviceUrl } from './lambda/function-environment.ts';
import { RouteFunction } from './lambda/route-function.ts';
import { addMonitoring } from './monitoring/monitoring.ts';
import { type Route, routesWith } from './routes.ts';
import { buildTable, type TableReference } from './sessions-table.ts';

const isOfSession = ({ path }: Route): boolean => path.includes('{sessionId}');

export interface SessionsStackProps extends StackProps {
  config: Config;
}

export class SessionsStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: SessionsStackProps) {
    super(scope, id, props);
    const table = buildTable(this, config);
    const { authorizer, authorizerFunction } = buildAccess(this, config, serviceUrl('secretsmanager'));
    const { api, stage, accessLogs } = addHttpApi(this, config, authorizer);
    const functions = this.routeFunctions(table, config);
    const rollbackAlarms = addMonitoring(this, config, {
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
    const gradual =
      config.deploy === 'canary' ? new GradualDeployment(this, 'Deployments', rollbackAlarms) : undefined;
    for (const [route, routeFunction] of functions) {
      const alias = addLiveAlias(routeFunction);
      gradual?.shiftTraffic(routeFunction, alias);
      addRoute(api, route, alias as IFunction, authorizer);
    }

    addDomain(this, config, api, stage);
    new CfnOutput(this, 'ApiUrl', { value: stage.url, description: 'The base URL of the API' });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The table of the sessions' });
  }

  private routeFunctions(table: TableReference, config: Config): Map<Route, RouteFunction> {
    const indexes = Object.values(INDEXES).map((index) => `${table.tableArn}/index/${index}`);
    return new Map(
      routesWith(config).map((route) => [
        route,
        new RouteFunction(this, route.id, {
          route,
          table,
          indexes,
          config,
          environment: functionEnvironment(this, route, table, config),
        }),
      ]),
    );
  }
}
