/** The whole service: one table, one HTTP API, one function per route. */
import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { SALT_VARIABLE } from '../functions/http/idempotency.ts';
import { OWNER_VARIABLE } from '../functions/http/request.ts';
import { SERVICE_VARIABLE } from '../functions/observability/metrics.ts';
import { COUNT_VARIABLE } from '../functions/session/store/count.ts';
import { ENDPOINT_VARIABLE } from '../functions/session/store/dynamodb.ts';
import { INDEXES } from '../functions/session/store/keys.ts';
import { TABLE_VARIABLE } from '../functions/session/store/table.ts';
import { BOUND_VARIABLES, DEFAULT_VARIABLES } from '../functions/session/timeout-config.ts';
import { buildAuthorizer } from './auth.ts';
import { type Config, findOwnerClaim } from './config.ts';
import { GradualDeployment } from './deployment.ts';
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
    const authorizer = buildAuthorizer(this, config, this.serviceUrl('secretsmanager'));
    const { api, stage, accessLogs } = addHttpApi(this, config, authorizer);
    const functions = this.routeFunctions(table, config);
    const rollbackAlarms = addMonitoring(this, config, {
      api,
      accessLogs,
      functions: [...functions.values()],
      table,
    });
    const gradual = config.canary ? new GradualDeployment(this, 'Deployments', rollbackAlarms) : undefined;
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
            reason: 'Load balancers and monitors ask for the health of the service without a key.',
          });
        }
      }
    }

    new CfnOutput(this, 'ApiUrl', { value: stage.url, description: 'The base URL of the API' });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The table of the sessions' });
  }

  private routeFunctions(table: TableReference, config: Config): Map<Route, RouteFunction> {
    const shared = this.functionEnvironment(table, config);
    const extra = this.extraVariables(config);
    const indexes = Object.values(INDEXES).map((index) => `${table.tableArn}/index/${index}`);
    return new Map(
      routesWith(config).map((route) => [
        route,
        new RouteFunction(this, route.id, {
          route,
          table,
          indexes,
          auth: config.auth,
          environment: {
            [SERVICE_VARIABLE]: this.stackName,
            ...(route.tableActions.length > 0 && shared),
            ...Object.fromEntries((route.variables ?? []).map((name) => [name, extra[name] ?? ''])),
          },
          logRetention: config.logRetention,
          tracing: config.tracing,
        }),
      ]),
    );
  }

  private functionEnvironment(table: TableReference, config: Config): Record<string, string> {
    const ownerClaim = findOwnerClaim(config);
    return {
      [TABLE_VARIABLE]: table.tableName,
      // Told, not looked up: a function that knows its endpoint resolves none at its first call. It is also what
      // the local host and `sam local invoke` replace: SAM passes on only variables that the template declares.
      [ENDPOINT_VARIABLE]: this.serviceUrl('dynamodb'),
      [DEFAULT_VARIABLES.timeoutMinutes]: String(config.timeoutMinutes),
      [DEFAULT_VARIABLES.maxDurationMinutes]: String(config.maxDurationMinutes),
      [DEFAULT_VARIABLES.warningThresholdMinutes]: String(config.warningThresholdMinutes),
      ...(ownerClaim !== undefined && { [OWNER_VARIABLE]: ownerClaim }),
    };
  }

  private serviceUrl(service: string): string {
    return `https://${service}.${this.region}.${this.urlSuffix}`;
  }

  /** The variables that only the routes get that ask for them. */
  private extraVariables(config: Config): Record<string, string> {
    return {
      // An id that CloudFormation made, which callers do not know.
      [SALT_VARIABLE]: this.stackId,
      [BOUND_VARIABLES.minTimeoutMinutes]: String(config.minTimeoutMinutes),
      [BOUND_VARIABLES.maxTimeoutMinutes]: String(config.maxTimeoutMinutes),
      // How many sessions there are is nothing for callers who are known: they have their own.
      [COUNT_VARIABLE]: config.auth.kind === 'none' ? 'on' : 'off',
    };
  }
}
