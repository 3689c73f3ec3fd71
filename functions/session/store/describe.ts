/** DynamoDB's own count of the table's items. */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { isOlder, withDeadline } from '../../aws/deadlines.ts';
import type { SessionsTable } from './table.ts';

/** DescribeTable is a control-plane call: CloudTrail logs each, and its quota is the account's. */
export const COUNT_LIVES_MS = 60_000;

/** Short: health does not depend on the count. */
const COUNT_DEADLINE_MS = 1_000;

/** Updated by DynamoDB about every six hours; 0 on failure. Requested at most once in COUNT_LIVES_MS. */
export function itemCount({ client, settings }: SessionsTable): () => Promise<number> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let count = Promise.resolve(0);

  async function ask(): Promise<number> {
    try {
      const command = new DescribeTableCommand({ TableName: settings().tableName });
      const { Table: table } = await withDeadline(COUNT_DEADLINE_MS, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return table?.ItemCount ?? 0;
    } catch {
      return 0;
    }
  }

  return () => {
    if (isOlder(COUNT_LIVES_MS, askedAt)) {
      askedAt = Date.now();
      count = ask();
    }
    return count;
  };
}
