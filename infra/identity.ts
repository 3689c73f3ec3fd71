/** Names that identify a deployment, within its stack and across stacks. */
import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigError } from './config/config-error.ts';

export interface Identity {
  /** Of its alarms, its dashboard and its metrics' dimension. */
  name: string;
  /** The construct's path within its stack, as CDK makes logical ids of it: without the id `Default`. */
  path: string;
}

/** API Gateway's limit for the name of an API; those of alarms and dashboards have room for more. */
const LONGEST_NAME = 128;

/**
 * @param scope the construct that holds the deployment.
 * @throws ConfigError when the name is too long.
 */
export function identify(scope: Construct): Identity {
  const stack = Stack.of(scope);
  const ids = scope.node.scopes
    .slice(stack.node.scopes.length)
    .map(({ node }) => node.id)
    .filter((id) => id !== 'Default');
  const path = ids.join('/');
  // No stack's name has an underscore: whatever the ids are, no two deployments share a name.
  const isPlain = /^[A-Za-z0-9-]*$/.test(path);
  const readable = isPlain ? path : `${path.replace(/[^A-Za-z0-9-]+/g, '-')}_${hash(path)}`;
  const name = path === '' ? stack.stackName : `${stack.stackName}_${readable}`;
  if (name.length > LONGEST_NAME && !Token.isUnresolved(name)) {
    throw new ConfigError(
      `${scope.node.path}: the deployment's name has ${name.length} characters, ${LONGEST_NAME} at most: ${name}`,
    );
  }
  return { name, path };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);
