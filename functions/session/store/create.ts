/** Writes creates a session. */
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { Session } from '../session.ts';
import { fromItem } from './dynamodb.ts';
import { parseItem, toItem } from './item.ts';
import { toAttributes } from './marshall.ts';
import { REQUEST_ATTRIBUTE, type SessionsTable, VERSION_ATTRIBUTE } from './table.ts';

export type Created =
  | { outcome: 'created'; session: Session }
  /** The session exists, created by the same request. */
  | { outcome: 'repeated'; session: Session }
  /** The id exists, created by another request or owned by another user. */
  | { outcome: 'taken' };

/**
 * Puts the session unless its id is taken.
 * @param request tells requests apart: equal for equal requests.
 */
export async function createSession(
  { client, settings }: SessionsTable,
  session: Session,
  request: string,
): Promise<Created> {
  const { tableName, defaults } = settings();
  const command = new PutItemCommand({
    TableName: tableName,
    Item: toAttributes({
      ...toItem(session),
      [VERSION_ATTRIBUTE]: firstVersion(),
      [REQUEST_ATTRIBUTE]: request,
    }),
    ConditionExpression: 'attribute_not_exists(sessionId)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    await withDeadline(CALL_DEADLINE_MS, (abortSignal) => client.send(command, { abortSignal }));
    return { outcome: 'created', session };
  } catch (error) {
    // A put whose first answer was lost, and which the SDK has retried, ends here too.
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    const item = fromItem(error.Item);
    // Another program may have changed the session's user.
    const isTheirs = item['userId'] === session.userId;
    if (!isTheirs || item[REQUEST_ATTRIBUTE] !== request) return { outcome: 'taken' };
    return { outcome: 'repeated', session: parseItem(item, defaults) };
  }
}

/**
 * Random, so that a change of a deleted item does not apply to the item that the same Idempotency-Key creates
 * after it.
 */
const firstVersion = (): number => 1 + Math.floor(Math.random() * 2 ** 40);
