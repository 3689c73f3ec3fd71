/** How many items the table has, as DynamoDB knows it. */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { isOlder, withDeadline } from '../../aws/deadlines.ts';
import type { SessionsTable } from './table.ts';

/**
 * DescribeTable is a call of the control plane: CloudTrail logs each, and its quota is the whole account's.
 */
export const COUNT_LIVES_MS = 60_000;

/** A count is not worth a wait: what is known of the table's health is known without it. */
const COUNT_DEADLINE_MS = 1_000;

/**
 * DynamoDB's own count of the items, which it renews about every six hours; 0 when it can't be had. It is
 * asked for at most once in COUNT_LIVES_MS, whether it answers or not.
 */
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
