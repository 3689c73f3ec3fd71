/** The HTTP API: its stage, its throttle, its access log. Routes are added by the construct. */
import { Aws, type CfnElement, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Options } from '../config/options.ts';
import type { Identity } from '../identity.ts';
import { productionRemoval } from '../lambda/service-function.ts';
import { buildCors } from './cors.ts';

export interface HttpApiParts {
  api: HttpApi;
  stage: HttpStage;
  accessLogs: LogGroup;
}

/** @param authorizer asked before every route; undefined lets everybody pass. */
export function addHttpApi(
  scope: Construct,
  options: Options,
  { name }: Identity,
  authorizer: IHttpRouteAuthorizer | undefined,
): HttpApiParts {
  const { rateLimit, burstLimit, logRetention, description, executeApi, isProduction } = options;
  const api = new HttpApi(scope, 'Api', {
    apiName: name,
    description,
    createDefaultStage: false,
    disableExecuteApiEndpoint: !executeApi,
    ...(authorizer && { defaultAuthorizer: authorizer }),
    ...buildCors(options),
  });
  const accessLogs: LogGroup = new LogGroup(scope, 'AccessLogs', {
    logGroupName: accessLogName(Stack.of(scope), () => accessLogs),
    retention: logRetention,
    removalPolicy: productionRemoval(isProduction),
  });
  const stage = new HttpStage(scope, 'DefaultStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit, burstLimit },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLogs),
      format: ACCESS_LOG_FORMAT,
    },
  });
  if (!authorizer) {
    acknowledge(
      api,
      'APIG4',
      'The contract has no authorization (security: []); session ids are bearer secrets.',
    );
  }
  return { api, stage, accessLogs };
}

/**
 * Under /aws/vendedlogs/ API Gateway needs no entry in the account's policy for log deliveries, whose 5,120 characters
 * are full at some 44 stages (CloudWatch Logs User Guide, "Enable logging from AWS services"). The id of the stack is
 * new with each: a group that a deleted stack has left is in nobody's way.
 */
function accessLogName(stack: Stack, group: () => LogGroup): string {
  const stackId = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  const logicalId = Lazy.string({
    produce: () => stack.getLogicalId(group().node.defaultChild as CfnElement),
  });
  return `/aws/vendedlogs/${stack.stackName}/${stackId}/${logicalId}`;
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
    functionRequestId: '$context.integration.requestId',
    integrationError: AccessLogField.contextIntegrationErrorMessage(),
    authorizerError: '$context.authorizer.error',
    sourceIp: AccessLogField.contextIdentitySourceIp(),
    userAgent: AccessLogField.contextIdentityUserAgent(),
  }),
);
