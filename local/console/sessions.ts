/** Queries the sessions of the embedded table for the console: filter, order, page. */
import { DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { type SessionInfo, toSessionInfo } from '../../functions/http/session-info.ts';
import type { Session } from '../../functions/session/session.ts';
import { fromItem, type Item } from '../../functions/session/store/dynamodb.ts';
import { MalformedItem, parseItem } from '../../functions/session/store/item.ts';
import { sessionsTable } from '../../functions/session/store/table.ts';
import type { TimeoutConfig } from '../../functions/session/timeout-config.ts';
import { computeTiming, type Timing } from '../../functions/session/timing.ts';
import type { LocalHost } from '../host.ts';
import { toReadCommand } from './curl.ts';

/** Sessions per page. */
const PAGE = 50;

/** Limit of the scan: dynalite reads 10,000 items in a quarter of a second. */
const MOST_SCANNED = 20_000;

export const STATES = ['active', 'near expiry', 'expired', 'malformed'] as const;
export type State = (typeof STATES)[number];

const QUERY = v.object({
  /** `ending`: those that expire next, then those that expired last. */
  order: v.fallback(v.picklist(['newest', 'ending']), 'newest'),
  state: v.fallback(v.optional(v.picklist(STATES)), undefined),
  /** Part of an id: of the session, its user or its agent. */
  search: v.fallback(v.string(), ''),
  /** From 1. */
  page: v.fallback(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1)), 1),
  /** Ids of sessions to return besides the page. */
  keep: v.array(v.string()),
});

export interface SessionsPage {
  /** Epoch milliseconds. */
  now: number;
  /** Milliseconds that the clock is ahead; undefined where it cannot be moved. */
  ahead?: number;
  /** The endpoint of a table that is not the host's own: its sessions are not shown. */
  foreign?: string;
  /** Counts of sessions, of matching sessions and of pages; the page returned. */
  stored: number;
  matching: number;
  pages: number;
  page: number;
  /** Whether the table has more sessions than the scan reads. */
  isPartial: boolean;
  sessions: SessionView[];
  kept: SessionView[];
}

export type SessionView = StoredSession | MalformedSession;
export interface StoredSession extends Omit<SessionInfo, 'metadata'> {
  state: Exclude<State, 'malformed'>;
  /** As JSON text: a page would round long numbers. */
  metadata: string;
  curl: string;
}
export interface MalformedSession {
  sessionId: string;
  state: 'malformed';
  /** What is wrong with it. */
  malformed: string;
  /** Empty if missing. */
  userId: string;
}

type Found =
  | { sessionId: string; state: Exclude<State, 'malformed'>; session: Session; timing: Timing }
  | MalformedSession;

/** With DYNAMODB_ENDPOINT the table is not ours to look into: only where it is. */
export async function readSessions(host: LocalHost, query: URLSearchParams): Promise<SessionsPage> {
  const { stack, dynamodb, time } = host;
  const [table] = stack.tables;
  const none = { stored: 0, matching: 0, pages: 1, page: 1, isPartial: false, sessions: [], kept: [] };
  if (!time || !table) return { now: Date.now(), foreign: dynamodb.endpoint, ...none };
  const { order, state, search, page, keep } = v.parse(QUERY, {
    ...Object.fromEntries(query),
    keep: query.getAll('keep'),
  });
  const defaults = defaultsOf(host);
  const items = await scan(host, table.name);
  const now = time.now();
  const found = items.slice(0, MOST_SCANNED).map((item) => parse(item, defaults, now));
  const matching = found
    .filter(
      (one) => (state === undefined || one.state === state) && matches(one, search.trim().toLowerCase()),
    )
    .sort(order === 'ending' ? byEnd : byAge);
  const pages = Math.max(1, Math.ceil(matching.length / PAGE));
  const current = Math.min(page, pages);
  return {
    now,
    ahead: time.ahead,
    stored: found.length,
    matching: matching.length,
    pages,
    page: current,
    isPartial: items.length > MOST_SCANNED,
    sessions: matching.slice((current - 1) * PAGE, current * PAGE).map((one) => toView(host, one)),
    kept: found.filter(({ sessionId }) => keep.includes(sessionId)).map((one) => toView(host, one)),
  };
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

async function scan(host: LocalHost, TableName: string): Promise<Item[]> {
  using client = connect(host);
  const items: Item[] = [];
  for await (const page of paginateScan({ client: client.dynamodb }, { TableName })) {
    items.push(...(page.Items ?? []));
    if (items.length > MOST_SCANNED) break;
  }
  return items;
}

function connect({ dynamodb: { endpoint, region, credentials } }: LocalHost) {
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials });
  return { dynamodb, [Symbol.dispose]: () => dynamodb.destroy() };
}

const defaultsOf = ({ functions }: LocalHost): TimeoutConfig =>
  sessionsTable(functions.get('GetSession')?.definition.environment).settings().defaults;

function parse(item: Item, defaults: TimeoutConfig, now: number): Found {
  const sessionId = item['sessionId']?.S ?? '';
  try {
    const session = parseItem(fromItem(item), defaults);
    const timing = computeTiming(session, now);
    const state = timing.isExpired ? 'expired' : timing.isNearExpiration ? 'near expiry' : 'active';
    return { sessionId, state, session, timing };
  } catch (error) {
    if (!(error instanceof MalformedItem)) throw error;
    return { sessionId, state: 'malformed', malformed: error.message, userId: item['userId']?.S ?? '' };
  }
}

function matches(found: Found, search: string): boolean {
  const ids = 'session' in found ? [found.session.userId, found.session.agentId] : [];
  return [found.sessionId, ...ids].some((id) => id.toLowerCase().includes(search));
}

/** Malformed items, which have no time, come last. */
const byAge = (a: Found, b: Found): number => createdAt(b) - createdAt(a) || byId(a, b);
const createdAt = (found: Found): number => ('session' in found ? found.session.createdAt : -Infinity);

const RANK: Record<State, number> = { 'near expiry': 0, active: 0, expired: 1, malformed: 2 };

function byEnd(a: Found, b: Found): number {
  const rank = RANK[a.state] - RANK[b.state];
  if (rank !== 0 || !('session' in a && 'session' in b)) return rank || byId(a, b);
  const difference = a.timing.expiresAt - b.timing.expiresAt;
  return (a.state === 'expired' ? -difference : difference) || byId(a, b);
}

const byId = (a: Found, b: Found): number => (a.sessionId < b.sessionId ? -1 : 1);

function toView(host: LocalHost, found: Found): SessionView {
  if (!('session' in found)) return found;
  const { sessionId, state, session, timing } = found;
  const curl = toReadCommand(host, sessionId, session.userId);
  const info = toSessionInfo({ session, timing });
  return { ...info, metadata: JSON.stringify(info.metadata, null, 2), state, curl };
}
