/** The whole service: one table, one HTTP API, one function per route. */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { SALT_VARIABLE } from '../functions/http/idempotency.ts';
import { OWNER_VARIABLE } from '../functions/http/request.ts';
import { ENDPOINT_VARIABLE } from '../functions/session/store/dynamodb.ts';
import { INDEXES } from '../functions/session/store/list.ts';
import { TABLE_VARIABLE } from '../functions/session/store/table.ts';
import { BOUND_VARIABLES, DEFAULT_VARIABLES } from '../functions/session/timeout-config.ts';
import { authorizerOf } from './access.ts';
import type { Config } from './config.ts';
import { corsOf } from './cors.ts';
import { RouteFunction } from './route-function.ts';
import { routesWith } from './routes.ts';
import { FUNCTION_TIMEOUT_SECONDS } from './service-function.ts';

export interface SessionsStackProps extends StackProps {
  config: Config;
}

export class SessionsStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: SessionsStackProps) {
    super(scope, id, props);
    const table = this.sessionsTable(config);
    const { api, stage } = this.httpApi(config);
    const shared = this.functionEnvironment(table, config);
    const extra = this.extraVariables(config);
    const indexes = Object.values(INDEXES).map((index) => `${table.tableArn}/index/${index}`);

    for (const route of routesWith(config)) {
      const routeFunction = new RouteFunction(this, route.id, {
        route,
        table,
        indexes,
        hasOwners: config.auth.kind === 'jwt' && config.auth.ownerClaim !== undefined,
        environment: {
          ...shared,
          ...Object.fromEntries((route.variables ?? []).map((name) => [name, extra[name] ?? ''])),
        },
        logRetention: config.logRetention,
      });
      api.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: new HttpLambdaIntegration(`${route.id}Integration`, routeFunction, {
          // A second more than the function has, so that it is the function whose timeout is seen.
          timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS + 1),
        }),
      });
    }

    new CfnOutput(this, 'ApiUrl', { value: stage.url, description: 'The base URL of the API' });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The table of the sessions' });
  }

  private sessionsTable({ stage, tableName }: Config): TableV2 {
    const keepsData = stage === 'prod';
    return new TableV2(this, 'Table', {
      ...(tableName !== undefined && { tableName }),
      partitionKey: { name: 'sessionId', type: AttributeType.STRING },
      // Keys only, sorted by what never changes: a heartbeat does not write to them.
      globalSecondaryIndexes: Object.entries(INDEXES).map(([attribute, indexName]) => ({
        indexName,
        partitionKey: { name: attribute, type: AttributeType.STRING },
        sortKey: { name: 'createdAt', type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      })),
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'purgeAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // AWS's managed key: its uses show in CloudTrail, and unlike a key of one's own it has no monthly price.
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: keepsData,
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  private httpApi(config: Config) {
    const { stage: name, rateLimit, burstLimit, logRetention } = config;
    const authorizer = authorizerOf(this, config, this.endpointOf('secretsmanager'));
    const api = new HttpApi(this, 'Api', {
      apiName: this.stackName,
      description: `Sessions API (${name})`,
      createDefaultStage: false,
      ...(authorizer && { defaultAuthorizer: authorizer }),
      ...corsOf(config),
    });
    const stage = new HttpStage(this, 'DefaultStage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit, burstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY }),
        ),
        format: ACCESS_LOG_FORMAT,
      },
    });
    if (!authorizer) {
      Validations.of(api).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'The Sessions API is specified without authorization (security: []); session ids are the secret.',
      });
    }
    return { api, stage };
  }

  private functionEnvironment(table: TableV2, config: Config): Record<string, string> {
    return {
      [TABLE_VARIABLE]: table.tableName,
      // Told, not looked up: a function that knows its endpoint resolves none at its first call. It is also what
      // the local host and `sam local invoke` replace: SAM passes on only variables that the template declares.
      [ENDPOINT_VARIABLE]: this.endpointOf('dynamodb'),
      [DEFAULT_VARIABLES.timeoutMinutes]: String(config.timeoutMinutes),
      [DEFAULT_VARIABLES.maxDurationMinutes]: String(config.maxDurationMinutes),
      [DEFAULT_VARIABLES.warningThresholdMinutes]: String(config.warningThresholdMinutes),
      ...(config.auth.kind === 'jwt' &&
        config.auth.ownerClaim !== undefined && { [OWNER_VARIABLE]: config.auth.ownerClaim }),
    };
  }

  private endpointOf(service: string): string {
    return `https://${service}.${this.region}.${this.urlSuffix}`;
  }

  /** The variables that only the routes get that ask for them. */
  private extraVariables(config: Config): Record<string, string> {
    return {
      // A random id that CloudFormation made, which only this account knows.
      [SALT_VARIABLE]: this.stackId,
      [BOUND_VARIABLES.minTimeoutMinutes]: String(config.minTimeoutMinutes),
      [BOUND_VARIABLES.maxTimeoutMinutes]: String(config.maxTimeoutMinutes),
    };
  }
}

/** The route, never the path: the path holds the session's id, which is a bearer secret. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTimeEpoch(),
    route: '$context.routeKey',
    status: AccessLogField.contextStatus(),
    responseLength: AccessLogField.contextResponseLength(),
    latency: AccessLogField.contextResponseLatency(),
    integrationLatency: AccessLogField.contextIntegrationLatency(),
    integrationError: AccessLogField.contextIntegrationErrorMessage(),
    authorizerError: '$context.authorizer.error',
    sourceIp: AccessLogField.contextIdentitySourceIp(),
    userAgent: AccessLogField.contextIdentityUserAgent(),
  }),
);
