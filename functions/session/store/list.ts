/**
 * Lists sessions, a page at a time. A page is filled: what is not wanted, ended sessions above all, does not
 * take the place of what is. The cost of a page has bounds of its own, whatever the table holds.
 */
import { CALL_DEADLINE_MS, monotonicNow, withDeadline } from '../../aws/deadlines.ts';
import { LoggableError } from '../../aws/loggable-error.ts';
import type { Caller } from '../caller.ts';
import type { Session } from '../session.ts';
import { batchGet } from './batch.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { MalformedItem, parseItem } from './item.ts';
import { findKeys, type KeySource, type PageKey } from './keys.ts';
import type { SessionsTable } from './table.ts';

/**
 * Bounds of one page: bytes that queries and scans look at, items that are fetched by key, and milliseconds.
 */
export const MAX_SCANNED_BYTES = 10 * 1024 * 1024;
export const MAX_FETCHED = 1000;
export const MAX_MILLISECONDS = 3000;

/**
 * Items are fetched a few at first, and then as many as bring so many bytes: unmarshalled they take up to
 * forty times as much of a function's memory.
 */
const FIRST_BATCH = 5;
const BATCH_GROWTH = 4;
const MAX_BATCH = 50;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

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
  table: SessionsTable,
  { caller, source, limit, after }: PageRequest,
  place: (session: Session) => Placement,
): Promise<PageKey | undefined> {
  if (!mayList(caller, source)) return undefined;
  const started = monotonicNow();
  let [scannedBytes, fetched, placed] = [0, 0, 0];
  let [size, largest] = [FIRST_BATCH, 0];
  const isOver = () =>
    scannedBytes >= MAX_SCANNED_BYTES ||
    fetched >= MAX_FETCHED ||
    monotonicNow() - started >= MAX_MILLISECONDS;

  return await withDeadline(CALL_DEADLINE_MS, async (abortSignal) => {
    let last = after;
    for (let round = 0; round === 0 || !isOver(); round += 1) {
      const found = await findKeys(table, source, { limit, round, after: last }, abortSignal);
      scannedBytes += found.scannedBytes;
      const keys = [...found.keys];
      while (keys.length > 0) {
        const batch = keys.splice(0, Math.min(size, MAX_FETCHED - fetched));
        const answer = await batchGet(table, batch, isOver, abortSignal);
        fetched += batch.length;
        for (const [index, key] of batch.entries()) {
          const id = key['sessionId'] ?? '';
          if (answer.unanswered.has(id)) return resume(last, after);
          const session = parse(answer.items.get(id), table);
          const placement = session && isFrom(source, session) ? place(session) : 'skipped';
          if (placement === 'full') return last;
          last = key;
          if (placement === 'placed') placed += 1;
          const isLast = index === batch.length - 1 && keys.length === 0 && found.next === undefined;
          if (placed === limit) return isLast ? undefined : last;
        }
        if (keys.length > 0 && isOver()) return last;
        largest = Math.max(largest, answer.bytes / batch.length);
        size = nextSize(size, largest);
      }
      last = found.next;
      if (last === undefined) return undefined;
    }
    return last;
  });
}

/** @param bytes of an item, on average in the batch whose items were largest. */
const nextSize = (size: number, bytes: number): number =>
  Math.max(1, Math.min(MAX_BATCH, size * BATCH_GROWTH, Math.floor(MAX_BATCH_BYTES / bytes)));

/** The page so far, when a throttled table answers no more of it. @throws when there is nothing of it. */
function resume(last: PageKey | undefined, after: PageKey | undefined): PageKey | undefined {
  if (last === after) throw new LoggableError('DynamoDB answered none of the items that it was asked for');
  return last;
}

/** An owner has a list of their own sessions; another user is to them one without sessions. */
export const mayList = (caller: Caller, source: KeySource): boolean =>
  caller.kind === 'anyone' ||
  (caller.kind === 'owner' &&
    source.kind === 'index' &&
    source.attribute === 'userId' &&
    source.value === caller.userId);

/** An index may be behind what another program has written. */
const isFrom = (source: KeySource, session: Session): boolean =>
  source.kind === 'table' || session[source.attribute] === source.value;

function parse(item: Item | undefined, { settings }: SessionsTable): Session | undefined {
  try {
    return item && parseItem(fromItem(item), settings().defaults);
  } catch (error) {
    if (error instanceof MalformedItem) return undefined;
    throw error;
  }
}
