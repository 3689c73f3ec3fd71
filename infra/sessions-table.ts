/** The table: one of the construct's own, or one that is there already. */
import { Arn, ArnFormat, RemovalPolicy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type ITable,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INDEXES } from '../functions/session/store/query.ts';
import { ConfigError } from './config/config-error.ts';
import type { Options } from './config/options.ts';

export function buildTable(
  scope: Construct,
  { table, replicas, replicaTags, tableRemoval }: Options,
): ITable {
  if (table) return assertNear(scope, table);
  const tags = [...replicaTags];
  const own = new TableV2(scope, 'Table', {
    partitionKey: { name: 'sessionId', type: AttributeType.STRING },
    // Keys only, sorted by an immutable attribute: a heartbeat does not write to them.
    globalSecondaryIndexes: Object.entries(INDEXES).map(([attribute, indexName]) => ({
      indexName,
      partitionKey: { name: attribute, type: AttributeType.STRING },
      sortKey: { name: 'createdAt', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    })),
    // CloudFormation does not hand the stack's tags on to replicas.
    tags,
    replicas: replicas.map((region) => ({ region, tags })),
    // On from the start: the first replica needs it, and must not switch it on in the same update.
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    billing: Billing.onDemand(),
    timeToLiveAttribute: 'purgeAt',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // AWS's managed key: its uses show in CloudTrail, and unlike a key of one's own it has no monthly price.
    encryption: TableEncryptionV2.awsManagedKey(),
    deletionProtection: tableRemoval !== RemovalPolicy.DESTROY,
    // A rollback can't delete a protected table: it stays, and the runbook says how to delete it.
    removalPolicy: tableRemoval,
  });
  // CDK's classes declare optional properties otherwise than their interfaces.
  return own as ITable;
}

/** The functions call DynamoDB where they run, in their own account. @throws ConfigError for a table elsewhere. */
function assertNear(scope: Construct, table: ITable): ITable {
  const stack = Stack.of(scope);
  const arn = Arn.split(table.tableArn, ArnFormat.SLASH_RESOURCE_NAME);
  for (const place of ['region', 'account'] as const) {
    for (const its of [table.env[place], arn[place] ?? stack[place]]) {
      if (Token.compareStrings(its, stack[place]) !== TokenComparison.DIFFERENT) continue;
      throw new ConfigError(
        `${scope.node.path}: table: it is in the ${place} ${its}, and the stack in ${stack[place]}`,
      );
    }
  }
  return table;
}
