/** What tells one deployment of the API from others, in its stack and beyond. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface Identity {
  /** Of its alarms, its dashboard and its metrics' dimension. */
  name: string;
  /** The construct's path within its stack, as CDK makes logical ids of it: without the id `Default`. */
  path: string;
}

/** @param scope the construct that holds the deployment. */
export function identify(scope: Construct): Identity {
  const stack = Stack.of(scope);
  const ids = scope.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  const path = ids.filter((id) => id !== 'Default').map((id) => id.replace(/[^\w-]+/g, '-'));
  return { name: [stack.stackName, ...path].join('-'), path: path.join('-') };
}
