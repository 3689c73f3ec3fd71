/** The role of a function. */
import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import { type CfnRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Identity } from '../identity.ts';

export interface FunctionRoleProps {
  identity: Identity;
  /** What calls the function. */
  caller: string;
  logGroup: ILogGroup;
  tracing: boolean;
  /** What else the function may do. */
  statements: readonly PolicyStatement[];
}

/**
 * The logical id contains a hash of the policy: changed permissions create a new role, and the old role serves the
 * old version until its traffic has moved.
 */
export function buildFunctionRole(
  scope: Construct,
  id: string,
  { identity: { path }, caller, logGroup, tracing, statements }: FunctionRoleProps,
): Role {
  const document = new PolicyDocument({
    statements: [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      ...statements,
      ...(tracing ? [TRACING] : []),
    ],
  });
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: caller,
    inlinePolicies: { Function: document },
  });
  if (tracing) {
    acknowledge(
      role,
      'IAM5[Resource::*]',
      "X-Ray's PutTraceSegments and PutTelemetryRecords take no resource.",
    );
  }
  const stack = Stack.of(scope);
  const resource = role.node.defaultChild as CfnRole;
  const hash = createHash('sha256')
    .update(JSON.stringify([stack.resolve(document), path]))
    .digest('hex')
    .slice(0, 8);
  resource.overrideLogicalId(`${path.replace(/[^A-Za-z0-9]/g, '')}${id}${hash}`);
  return role;
}

const TRACING = new PolicyStatement({
  actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  resources: ['*'],
});
