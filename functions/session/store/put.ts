/** Creates a session. */
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { Session } from '../session.ts';
import { fromItem } from './dynamodb.ts';
import { parseItem, REQUEST_ATTRIBUTE, toItem, VERSION_ATTRIBUTE } from './item.ts';
import { toAttributes } from './marshall.ts';
import type { SessionsTable } from './table.ts';

export type Created =
  | { outcome: 'created'; session: Session }
  /** The same request created it before. */
  | { outcome: 'repeated'; session: Session }
  /** Another request created it, or it has become another user's. */
  | {
      outcome: 'taken';
      /** Whether the session that is there has the same user and agent. */
      isOwn: boolean;
      /** That session. @throws MalformedItem */
      parse(): Session;
    };

/**
 * Puts the session unless its id is taken.
 * @param request tells requests apart: equal for equal requests.
 */
export async function putSession(
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
    // A put that the SDK retried because its first response was lost ends here too.
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    const item = fromItem(error.Item);
    // Another program may have changed the session's user or agent.
    const isOwn = item['userId'] === session.userId && item['agentId'] === session.agentId;
    const parse = () => parseItem(item, defaults);
    if (isOwn && item[REQUEST_ATTRIBUTE] === request) return { outcome: 'repeated', session: parse() };
    return { outcome: 'taken', isOwn, parse };
  }
}

/** Random: an update of a deleted item must not apply to the next item of the same Idempotency-Key. */
const firstVersion = (): number => 1 + Math.floor(Math.random() * 2 ** 40);
