/** The whole service: one table, one HTTP API, one function per route. */
import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { INDEXES } from '../functions/session/store/keys.ts';
import { buildAuthorizer } from './auth.ts';
import type { Config } from './config.ts';
import { GradualDeployment } from './deployment.ts';
import { functionEnvironment, serviceUrl } from './function-environment.ts';
import { addHttpApi } from './http-api.ts';
import { addMonitoring } from './monitoring/monitoring.ts';
import { RouteFunction } from './route-function.ts';
import { methodsOf, type Route, routesWith } from './routes.ts';
import { FUNCTION_TIMEOUT_SECONDS } from './service-function.ts';
import { buildTable, type TableReference } from './sessions-table.ts';

export interface SessionsStackProps extends StackProps {
  config: Config;
}

export class SessionsStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: SessionsStackProps) {
    super(scope, id, props);
    const table = buildTable(this, config);
    const authorizer = buildAuthorizer(this, config, serviceUrl(this, 'secretsmanager'));
    const { api, stage, accessLogs } = addHttpApi(this, config, authorizer);
    const functions = this.routeFunctions(table, config);
    const rollbackAlarms = addMonitoring(this, config, {
      api,
      accessLogs,
      functions: [...functions.values()],
      table,
    });
    const gradual =
      config.deploy === 'canary' ? new GradualDeployment(this, 'Deployments', rollbackAlarms) : undefined;
    for (const [route, routeFunction] of functions) {
      const target = gradual?.addAlias(routeFunction) ?? routeFunction;
      const served = api.addRoutes({
        path: route.path,
        methods: methodsOf(route).map((method) => HttpMethod[method]),
        ...(route.isOpen && { authorizer: new HttpNoneAuthorizer() }),
        integration: new HttpLambdaIntegration(`${route.id}Integration`, target, {
          // A second more than the function has, so that it is the function whose timeout is seen.
          timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS + 1),
        }),
      });
      if (route.isOpen && authorizer) {
        for (const one of served) {
          Validations.of(one).acknowledge({
            id: 'AwsSolutions-APIG4',
            reason: 'Load balancers and monitors check health without a key.',
          });
        }
      }
    }

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
          auth: config.auth,
          environment: functionEnvironment(this, route, table, config),
          logRetention: config.logRetentionDays,
          tracing: config.tracing === 'on',
        }),
      ]),
    );
  }
}
