/** Checks table and bus for events, as far as synthesis knows them. */
import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { CfnGlobalTable, CfnTable, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { ConfigError } from '../config/config-error.ts';

const IMAGES = 'NEW_AND_OLD_IMAGES';

/** @throws ConfigError for a table whose stream lacks the images, or a bus in another region. */
export function assertUsable(scope: Construct, { node }: ITable, bus: IEventBus | undefined): void {
  const { defaultChild: resource } = node;
  if (resource instanceof CfnTable || resource instanceof CfnGlobalTable) {
    // TableV2 computes it lazily.
    const specification = resource.stack.resolve(resource.streamSpecification);
    if (specification?.streamViewType !== IMAGES)
      throw new ConfigError(`${scope.node.path}: events: the table needs a stream with ${IMAGES}`);
  }
  const { region } = Stack.of(scope);
  const its = bus?.env.region;
  if (its !== undefined && Token.compareStrings(its, region) === TokenComparison.DIFFERENT)
    throw new ConfigError(`${scope.node.path}: eventBus: it is in ${its}, and the stack in ${region}`);
}
