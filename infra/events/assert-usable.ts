/** Whether events can come from a table and go to a bus, as far as synthesis can see. */
import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { CfnGlobalTable, CfnTable, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { ConfigError } from '../config/config-error.ts';

const IMAGES = 'NEW_AND_OLD_IMAGES';

/** @throws ConfigError for a table without the images of its items, or a bus in another region. */
export function assertUsable(scope: Construct, { node }: ITable, bus: IEventBus | undefined): void {
  const { defaultChild: resource } = node;
  if (resource instanceof CfnTable || resource instanceof CfnGlobalTable) {
    // TableV2 computes it as late as it can.
    const specification = resource.stack.resolve(resource.streamSpecification);
    if (specification?.streamViewType !== IMAGES)
      throw new ConfigError(`${scope.node.path}: events: the table needs a stream with ${IMAGES}`);
  }
  const { region } = Stack.of(scope);
  const its = bus?.env.region;
  if (its !== undefined && Token.compareStrings(its, region) === TokenComparison.DIFFERENT)
    throw new ConfigError(`${scope.node.path}: eventBus: it is in ${its}, and the stack in ${region}`);
}
