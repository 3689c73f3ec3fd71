/** A Lambda function of this service: the defaults that all share, and a role of its own. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
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
import type { Identity } from '../identity.ts';
import { bundledFunction } from './bundled-code.ts';
import { buildFunctionRole } from './function-role.ts';

/** Twice the deadline of a function's calls to DynamoDB (functions/aws/deadlines.ts): init has room. */
export const FUNCTION_TIMEOUT_SECONDS = 10;

/**
 * Production's logs outlive the stack, for their retention; those of a first deployment that failed do not.
 * RETAIN_ON_UPDATE_OR_DELETE is CloudFormation's RetainExceptOnCreate.
 */
export const productionRemoval = (isProduction: boolean): RemovalPolicy =>
  isProduction ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

export interface ServiceFunctionProps {
  identity: Identity;
  /** The stem of the file in functions/ that exports `handler`. */
  file: string;
  /** What calls it. */
  caller: string;
  summary: string;
  environment: Record<string, string>;
  isProduction: boolean;
  logRetention: RetentionDays;
  tracing: boolean;
  memoryMb: number;
  /** At most so many requests at a time, reserved of the account's concurrency. */
  maxConcurrency: number | undefined;
  /** Permissions besides those for its log and its traces. */
  statements: readonly PolicyStatement[];
}

export class ServiceFunction extends LambdaFunction {
  /** The role itself, for findings of cdk-nag. */
  readonly ownRole: Role;

  constructor(
    scope: Construct,
    id: string,
    {
      identity,
      file,
      caller,
      summary,
      environment,
      isProduction,
      logRetention,
      tracing,
      memoryMb,
      maxConcurrency,
      statements,
    }: ServiceFunctionProps,
  ) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: logRetention,
      removalPolicy: productionRemoval(isProduction),
    });
    const role = buildFunctionRole(scope, `${id}Role`, { identity, caller, logGroup, tracing, statements });
    super(scope, id, {
      code: bundledFunction(file),
      handler: `${file}.handler`,
      description: `${caller}: ${summary}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      // A later grant would not be part of the hash in its logical id.
      role: role.withoutPolicyUpdates(),
      environment,
      ...(maxConcurrency !== undefined && { reservedConcurrentExecutions: maxConcurrency }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Without a line for each start and report: CloudWatch's metrics have both, and lines cost more than a
      // read.
      systemLogLevelV2: SystemLogLevel.WARN,
      // A request meets no deleted version, and the alias can be turned back. They go with their function.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    });
    this.ownRole = role;
  }
}
