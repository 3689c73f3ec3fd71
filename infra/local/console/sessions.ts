/** The sessions of the embedded table, as the console shows them. */
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { toSessionInfo } from '../../../functions/http/session-info.ts';
import { fromItem, type Item } from '../../../functions/session/store/dynamodb.ts';
import { MalformedItem, parseItem } from '../../../functions/session/store/item.ts';
import type { TimeoutConfig } from '../../../functions/session/timeout-config.ts';
import { computeTiming, MINUTE_MS } from '../../../functions/session/timing.ts';

/** More would be a page that nobody reads. */
const MOST = 500;

export interface Sessions {
  sessions: SessionView[];
  /** Whether the table has more than are here. */
  hasMore: boolean;
}

/** Instants are epoch milliseconds. */
type SessionView =
  | { sessionId: string; malformed: string }
  | (ReturnType<typeof toSessionInfo> & {
      expires: number;
      /** Where the warning zone begins. */
      warns: number;
      /** When it ends at the latest, whatever renews it. */
      maximum: number;
    });

export async function readSessions(
  client: DynamoDBClient,
  tableName: string,
  defaults: TimeoutConfig,
): Promise<Sessions> {
  const items: Item[] = [];
  let next: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ...(next && { ExclusiveStartKey: next }) }),
    );
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next && items.length <= MOST);
  return {
    sessions: items.slice(0, MOST).map((item) => toView(item, defaults)),
    hasMore: next !== undefined || items.length > MOST,
  };
}

function toView(item: Item, defaults: TimeoutConfig): SessionView {
  try {
    const session = parseItem(fromItem(item), defaults);
    const timing = computeTiming(session, Date.now());
    const { maxDurationMinutes, warningThresholdMinutes } = session.timeoutConfig;
    return {
      ...toSessionInfo(session, timing),
      expires: timing.expiresAt,
      warns: timing.expiresAt - warningThresholdMinutes * MINUTE_MS,
      maximum: session.createdAt + maxDurationMinutes * MINUTE_MS,
    };
  } catch (error) {
    if (!(error instanceof MalformedItem)) throw error;
    return { sessionId: item['sessionId']?.S ?? '', malformed: error.message };
  }
}
