/** The sessions of the embedded table, as the console shows them. */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { toSessionInfo } from '../../functions/http/session-info.ts';
import { fromItem, type Item } from '../../functions/session/store/dynamodb.ts';
import { MalformedItem, parseItem } from '../../functions/session/store/item.ts';
import { sessionsTable } from '../../functions/session/store/table.ts';
import type { TimeoutConfig } from '../../functions/session/timeout-config.ts';
import { computeTiming } from '../../functions/session/timing.ts';
import type { LocalHost } from '../host.ts';

/** More would be a page that nobody reads. */
const MOST = 500;

/** With DYNAMODB_ENDPOINT the table is not ours to look into: only where it is. */
export async function readSessions({ stack, dynamodb, functions }: LocalHost) {
  const { isEmbedded, endpoint, ...config } = dynamodb;
  const [table] = stack.tables;
  if (!isEmbedded || !table) return { now: Date.now(), foreign: endpoint };
  const { defaults } = sessionsTable(functions.get('GetSession')?.definition.environment).settings();
  const client = new DynamoDBClient({ endpoint, ...config });
  const items: Item[] = [];
  try {
    for await (const page of paginateScan({ client }, { TableName: table.name })) {
      items.push(...(page.Items ?? []));
      if (items.length > MOST) break;
    }
  } finally {
    client.destroy();
  }
  const sessions = items.slice(0, MOST).map((item) => toView(item, defaults));
  return { now: Date.now(), sessions, hasMore: items.length > MOST };
}

function toView(item: Item, defaults: TimeoutConfig) {
  try {
    const session = parseItem(fromItem(item), defaults);
    return toSessionInfo({ session, timing: computeTiming(session, Date.now()) });
  } catch (error) {
    if (!(error instanceof MalformedItem)) throw error;
    return { sessionId: item['sessionId']?.S ?? '', malformed: error.message };
  }
}
