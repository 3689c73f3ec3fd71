/** The sessions of the embedded table, as the console shows them. */
import { DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { toSessionInfo } from '../../functions/http/session-info.ts';
import type { Session } from '../../functions/session/session.ts';
import { fromItem, type Item } from '../../functions/session/store/dynamodb.ts';
import { MalformedItem, parseItem } from '../../functions/session/store/item.ts';
import { sessionsTable } from '../../functions/session/store/table.ts';
import type { TimeoutConfig } from '../../functions/session/timeout-config.ts';
import { computeTiming } from '../../functions/session/timing.ts';
import type { LocalHost } from '../host.ts';

/** More would be a page that nobody reads. */
const MOST = 500;

/** With DYNAMODB_ENDPOINT the table is not ours to look into: only where it is. */
export async function readSessions(host: LocalHost) {
  const { stack, dynamodb, time } = host;
  const [table] = stack.tables;
  if (!time || !table) return { now: Date.now(), foreign: dynamodb.endpoint };
  const defaults = defaultsOf(host);
  using client = connect(host);
  const items: Item[] = [];
  for await (const page of paginateScan({ client: client.dynamodb }, { TableName: table.name })) {
    items.push(...(page.Items ?? []));
    if (items.length > MOST) break;
  }
  const now = time.now();
  const sessions = items.slice(0, MOST).map((item) => toView(item, defaults, now));
  return { now, ahead: time.ahead, sessions, hasMore: items.length > MOST };
}

/** @throws MalformedItem */
export async function findSession(host: LocalHost, sessionId: string): Promise<Session | undefined> {
  using client = connect(host);
  const TableName = host.stack.tables[0]?.name;
  const Key = { sessionId: { S: sessionId } };
  const { Item: item } = await client.dynamodb.send(
    new GetItemCommand({ TableName, Key, ConsistentRead: true }),
  );
  return item && parseItem(fromItem(item), defaultsOf(host));
}

function connect({ dynamodb: { endpoint, region, credentials } }: LocalHost) {
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials });
  return { dynamodb, [Symbol.dispose]: () => dynamodb.destroy() };
}

const defaultsOf = ({ functions }: LocalHost): TimeoutConfig =>
  sessionsTable(functions.get('GetSession')?.definition.environment).settings().defaults;

function toView(item: Item, defaults: TimeoutConfig, now: number) {
  try {
    const session = parseItem(fromItem(item), defaults);
    return toSessionInfo({ session, timing: computeTiming(session, now) });
  } catch (error) {
    if (!(error instanceof MalformedItem)) throw error;
    return { sessionId: item['sessionId']?.S ?? '', malformed: error.message };
  }
}
