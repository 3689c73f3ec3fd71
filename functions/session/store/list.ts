/** Lists sessions one by one, within a budget. */
import { LoggableError } from '../../aws/loggable-error.ts';
import { type Caller, usesAll } from '../caller.ts';
import type { Session } from '../session.ts';
import { batchGet } from './batch-get.ts';
import { Budget } from './budget.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { MalformedItem, parseItem } from './item.ts';
import { type KeySource, type PageKey, queryKeys } from './query.ts';
import type { SessionsTable } from './table.ts';

/** The budget of one page. */
export const PAGE_BUDGET = { bytes: 10 * 1024 * 1024, items: 1000, milliseconds: 3000 };

/** Start with a small batch, then size batches by bytes: unmarshalled, an item takes up to 40 times its size. */
const FIRST_BATCH = 5;
const BATCH_GROWTH = 4;
const MAX_BATCH = 50;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

export interface ListRequest {
  caller: Caller;
  source: KeySource;
  /** Sessions that the page has room for. */
  limit: number;
  after?: PageKey | undefined;
}

/** One step through a list. Its session is absent where an item is malformed, or an index is behind. */
export interface ListStep {
  session: Session | undefined;
  /** Where the list continues after this step; undefined at its end. */
  next: PageKey | undefined;
}

/**
 * Steps through a list until it ends or the budget is spent. Newest first for a user or an agent.
 * @throws the SDK's errors when DynamoDB does not respond.
 */
export async function* listSessions(
  table: SessionsTable,
  { caller, source, limit, after }: ListRequest,
  budget = new Budget(PAGE_BUDGET),
): AsyncGenerator<ListStep> {
  if (!mayList(caller, source)) return;
  let next = after;
  let hasStepped = false;
  let [size, largest] = [FIRST_BATCH, 0];
  for (let round = 0; round === 0 || (next !== undefined && !budget.isSpent); round += 1) {
    const request = { limit, round, after: next };
    const found = await budget.call((signal) => queryKeys(table, source, request, signal));
    budget.spend({ bytes: found.scannedBytes });
    for (let start = 0; start < found.keys.length; ) {
      if (start > 0 && budget.isSpent) return;
      const keys = found.keys.slice(start, start + Math.max(1, Math.min(size, budget.itemsLeft)));
      start += keys.length;
      const batch = await batchGet(table, keys, budget);
      budget.spend({ items: keys.length });
      for (const key of keys) {
        const id = key['sessionId'] ?? '';
        if (batch.missed.has(id)) {
          if (hasStepped) return;
          throw new LoggableError('DynamoDB returned none of the requested items');
        }
        const isLast = key === found.keys.at(-1) && found.next === undefined;
        yield { session: parse(table, source, batch.items.get(id)), next: isLast ? undefined : key };
        hasStepped = true;
      }
      // The average of the batch whose items were largest.
      largest = Math.max(largest, batch.bytes / keys.length);
      size = Math.max(1, Math.min(MAX_BATCH, size * BATCH_GROWTH, Math.floor(MAX_BATCH_BYTES / largest)));
    }
    next = found.next;
    yield { session: undefined, next };
    hasStepped = true;
  }
}

/** With owners, callers see only their own sessions; another user's list is empty. */
export const mayList = (caller: Caller, source: KeySource): boolean =>
  usesAll(caller) ||
  (caller.kind === 'owner' &&
    source.kind === 'index' &&
    source.attribute === 'userId' &&
    source.value === caller.userId);

function parse({ settings }: SessionsTable, source: KeySource, item: Item | undefined): Session | undefined {
  try {
    const session = item && parseItem(fromItem(item), settings().defaults);
    // An index may be behind a write of another program.
    const isOther = source.kind === 'index' && session?.[source.attribute] !== source.value;
    return isOther ? undefined : session;
  } catch (error) {
    if (error instanceof MalformedItem) return undefined;
    throw error;
  }
}
