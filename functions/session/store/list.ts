/**
 * Lists sessions, a page at a time. A page is filled: what is not wanted, ended sessions above all, does not
 * take the place of what is. The cost of a page has bounds of its own, whatever the table holds.
 */
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { Caller } from '../caller.ts';
import type { Session } from '../session.ts';
import { waitBefore } from './backoff.ts';
import type { DocumentTable } from './document-table.ts';
import { MalformedItem, parseItem } from './item.ts';
import { findKeys, type KeySource, type PageKey } from './keys.ts';

/**
 * Bounds of one page: bytes that queries and scans look at, items that are fetched by key, and milliseconds.
 */
export const MAX_SCANNED_BYTES = 10 * 1024 * 1024;
export const MAX_FETCHED = 1000;
export const MAX_MILLISECONDS = 3000;

/**
 * Items that are fetched at once: DynamoDB takes 100, of 400 KB each, which is more than a function has
 * memory for.
 */
const MIN_BATCH = 25;
const MAX_BATCH = 50;

export interface PageRequest {
  caller: Caller;
  source: KeySource;
  limit: number;
  after?: PageKey;
}

/** What becomes of a session: it is on the page, is not wanted, or does not fit on this page any more. */
export type Placement = 'placed' | 'skipped' | 'full';

/**
 * Offers sessions to a page until `limit` are placed, one does not fit, there are no more, or a bound is
 * reached. Newest first when they are those of a user or an agent. Items that are no sessions are left out.
 * @returns where the next page starts; undefined when there are no more.
 * @throws the SDK's errors when DynamoDB does not answer.
 */
export async function listSessions(
  table: DocumentTable,
  { caller, source, limit, after }: PageRequest,
  place: (session: Session) => Placement,
): Promise<PageKey | undefined> {
  if (!mayList(caller, source)) return undefined;
  const started = performance.now();
  let [scannedBytes, fetched, placed] = [0, 0, 0];
  const isOver = () =>
    scannedBytes >= MAX_SCANNED_BYTES ||
    fetched >= MAX_FETCHED ||
    performance.now() - started >= MAX_MILLISECONDS;

  return await withDeadline(CALL_DEADLINE_MS, async (abortSignal) => {
    let last = after;
    for (let round = 0; round === 0 || !isOver(); round += 1) {
      const found = await findKeys(table, source, { limit, round, after: last }, abortSignal);
      scannedBytes += found.scannedBytes;
      const keys = [...found.keys];
      while (keys.length > 0) {
        const room = limit - placed;
        const size = Math.min(
          MAX_BATCH,
          round === 0 ? room : Math.max(MIN_BATCH, room),
          MAX_FETCHED - fetched,
        );
        const batch = keys.splice(0, size);
        const items = await batchGet(table, batch, abortSignal);
        fetched += batch.length;
        for (const [index, key] of batch.entries()) {
          const session = parsed(items.get(String(key['sessionId'])), table);
          const placement = session && isFrom(source, session) ? place(session) : 'skipped';
          if (placement === 'full') return last;
          last = key;
          if (placement === 'placed') placed += 1;
          const isLast = index === batch.length - 1 && keys.length === 0 && found.next === undefined;
          if (placed === limit) return isLast ? undefined : last;
        }
        if (keys.length > 0 && isOver()) return last;
      }
      last = found.next;
      if (last === undefined) return undefined;
    }
    return last;
  });
}

/** An owner has a list of their own sessions; another user is to them one without sessions. */
const mayList = (caller: Caller, source: KeySource): boolean =>
  caller.kind === 'anyone' ||
  (caller.kind === 'owner' &&
    source.kind === 'index' &&
    source.attribute === 'userId' &&
    source.value === caller.userId);

/** An index may be behind what another program has written. */
const isFrom = (source: KeySource, session: Session): boolean =>
  source.kind === 'table' || session[source.attribute] === source.value;

type Items = Map<string, Record<string, unknown>>;

/**
 * The items of the keys, as they are now: an index, or a scan, may be behind. DynamoDB answers as many as fit
 * into 16 MB and names the rest, which is asked for again.
 */
async function batchGet(
  { documents, settings }: DocumentTable,
  keys: PageKey[],
  abortSignal: AbortSignal,
): Promise<Items> {
  const { tableName } = settings();
  const items: Items = new Map();
  let left: Record<string, unknown>[] = keys.map(({ sessionId }) => ({ sessionId }));
  for (let round = 0; left.length > 0; round += 1) {
    if (round > 0) await waitBefore(round);
    const answer = await documents.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
      { abortSignal },
    );
    for (const item of answer.Responses?.[tableName] ?? []) items.set(String(item['sessionId']), item);
    left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return items;
}

function parsed(item: Record<string, unknown> | undefined, { settings }: DocumentTable): Session | undefined {
  try {
    return item && parseItem(item, settings().defaults);
  } catch (error) {
    if (error instanceof MalformedItem) return undefined;
    throw error;
  }
}
