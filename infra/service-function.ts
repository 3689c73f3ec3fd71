/** A Lambda function of this service: the defaults that all share, and a role of its own. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { bundledFunction } from './bundling.ts';

/**
 * Twice the time that a function's calls to DynamoDB may take (functions/aws/deadlines.ts): init has room.
 */
export const FUNCTION_TIMEOUT_SECONDS = 10;

export interface ServiceFunctionProps {
  /** The stem of the file in functions/ that exports `handler`. */
  file: string;
  /** What calls it. */
  caller: string;
  summary: string;
  environment: Record<string, string>;
  logRetention: RetentionDays;
  tracing: boolean;
}

export class ServiceFunction extends LambdaFunction {
  constructor(
    scope: Construct,
    id: string,
    { file, caller, summary, environment, logRetention, tracing }: ServiceFunctionProps,
  ) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: caller,
    });
    super(scope, id, {
      code: bundledFunction(file),
      handler: `${file}.handler`,
      description: `${caller}: ${summary}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      role,
      environment,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Without a line for each start and report: CloudWatch's metrics have both, and lines cost more than a
      // read.
      systemLogLevelV2: SystemLogLevel.WARN,
    });
    logGroup.grantWrite(role);
    if (tracing) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: "X-Ray's PutTraceSegments and PutTelemetryRecords take no resource.",
      });
    }
  }
}
