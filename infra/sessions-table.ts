/** The table: one of the stack's own, or one that is there already. */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INDEXES } from '../functions/session/store/query.ts';
import type { Config } from './config/config.ts';
import { toTags } from './config/tags.ts';

/** As much of a table as the rest of the stack needs. */
export type TableReference = Pick<ITableV2, 'tableName' | 'tableArn'>;

export function buildTable(scope: Construct, config: Config): TableReference {
  const { existingTable: tableName } = config;
  if (tableName === undefined) return ownTable(scope, config);
  return TableV2.fromTableAttributes(scope, 'Table', { tableName, globalIndexes: Object.values(INDEXES) });
}

function ownTable(scope: Construct, { isProduction, replicas, tags }: Config): TableV2 {
  return new TableV2(scope, 'Table', {
    partitionKey: { name: 'sessionId', type: AttributeType.STRING },
    // Keys only, sorted by an immutable attribute: a heartbeat does not write to them.
    globalSecondaryIndexes: Object.entries(INDEXES).map(([attribute, indexName]) => ({
      indexName,
      partitionKey: { name: attribute, type: AttributeType.STRING },
      sortKey: { name: 'createdAt', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    })),
    // CloudFormation does not hand the stack's tags on to replicas.
    tags: toTags(tags),
    replicas: replicas.map((region) => ({ region, tags: toTags(tags) })),
    // On from the start: the first replica needs it, and must not switch it on in the same update.
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    billing: Billing.onDemand(),
    timeToLiveAttribute: 'purgeAt',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // AWS's managed key: its uses show in CloudTrail, and unlike a key of one's own it has no monthly price.
    encryption: TableEncryptionV2.awsManagedKey(),
    deletionProtection: isProduction,
    // A rollback can't delete a protected table: it stays, and the runbook says how to delete it.
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
