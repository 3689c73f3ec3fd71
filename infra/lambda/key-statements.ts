/** KMS actions on the table's own key: DynamoDB uses the key on behalf of the function. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IAlias, IKey } from 'aws-cdk-lib/aws-kms';

const KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITES = /:(Put|Update|Delete)Item$/;
const KEY_ACTIONS_OF_WRITES = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** @param actions on the table; without any the key is not needed. */
export function keyStatements(table: ITable, actions: readonly string[]): PolicyStatement[] {
  const key = actions.length > 0 ? findKey(table) : undefined;
  if (!key) return [];
  const keyActions = actions.some((action) => WRITES.test(action))
    ? [...KEY_ACTIONS, ...KEY_ACTIONS_OF_WRITES]
    : KEY_ACTIONS;
  return [new PolicyStatement({ actions: keyActions, resources: [key.keyArn] })];
}

/** The key itself: an alias's ARN in a policy allows nothing. @throws Error for an alias that names no key. */
function findKey({ encryptionKey: key }: ITable): IKey | undefined {
  return key && 'aliasTargetKey' in key ? (key as IAlias).aliasTargetKey : key;
}
