/** The client: a method for each operation of the API but those of messages. */
import type {
  CreateRequest,
  DeletedSessions,
  Health,
  MetadataPatch,
  SessionList as Page,
  SessionInfo as Session,
  TimeoutSettings,
} from './api.ts';
import { type CallOptions, type ClientOptions, call, type Request } from './call.ts';
import { SessionsApiError } from './error.ts';

export type { CreateRequest, Health, Page, Session, TimeoutSettings };
export type Metadata = MetadataPatch['metadata'];

/** Exactly one of the two. */
export type Owner =
  | { readonly userId: string; readonly agentId?: never }
  | { readonly agentId: string; readonly userId?: never };

export interface ListQuery {
  readonly userId?: string;
  readonly agentId?: string;
  readonly status?: 'active' | 'expired' | 'all';
  /** Sessions of a page, 1 to 100. */
  readonly limit?: number;
}

export interface CreateOptions extends CallOptions {
  /** Equal for the attempts of one create; a random one unless given. */
  readonly idempotencyKey?: string;
}

const SESSIONS = '/api/messaging/sessions';

/** deleteAll gives up after so many calls that deleted nothing. A single one may: each is bounded in time. */
const MOST_IDLE = 10;

/** @throws SessionsApiError for an id that no path can carry. */
function pathOf(id: string, action = ''): string {
  if (['', '.', '..'].includes(id)) {
    const message = `No path can have the id ${JSON.stringify(id)}`;
    throw new SessionsApiError({ status: 0, code: 'INVALID_ID', message });
  }
  return `${SESSIONS}/${encodeURIComponent(id)}${action}`;
}

/** Calls of a Sessions API. All reject with a SessionsApiError, or with the reason of their signal. */
export function createSessionsClient(client: ClientOptions) {
  const send = <T>(request: Request, options?: CallOptions) => call<T>(client, request, options);
  const read = <T>(path: string, options?: CallOptions) =>
    send<T>({ method: 'GET', path, repeatable: 'always' }, options);

  return {
    baseUrl: client.baseUrl,

    /** Creates a session; safe to repeat, which it does itself. */
    create: (session: CreateRequest, { idempotencyKey = randomKey(), ...options }: CreateOptions = {}) =>
      send<Session>(
        {
          method: 'POST',
          path: SESSIONS,
          body: session,
          headers: { 'idempotency-key': idempotencyKey },
          repeatable: 'always',
        },
        options,
      ),

    /** Reads a session, which never renews it. */
    get: async (id: string, options?: CallOptions) => read<Session>(pathOf(id), options),

    /** Restarts the idle timeout. After a lost response it may count twice. */
    renew: async (id: string, options?: CallOptions) =>
      send<Session>({ method: 'POST', path: pathOf(id, '/renew'), repeatable: 'always' }, options),

    /** Reports activity, which renews with `autoRenew`. After a lost response it may count twice. */
    heartbeat: async (id: string, options?: CallOptions) =>
      send<Session>({ method: 'POST', path: pathOf(id, '/heartbeat'), repeatable: 'always' }, options),

    /** Changes timeouts. Not repeated after a lost response: another's change may have come between. */
    changeTimeout: async (id: string, timeouts: TimeoutSettings, options?: CallOptions) =>
      send<Session>(
        { method: 'PATCH', path: pathOf(id, '/timeout'), body: timeouts, repeatable: 'never' },
        options,
      ),

    /** Merges into the metadata; `null` removes a key. Not repeated after a lost response. */
    changeMetadata: async (id: string, metadata: Metadata, options?: CallOptions) =>
      send<Session>({ method: 'PATCH', path: pathOf(id), body: { metadata }, repeatable: 'never' }, options),

    /** Deletes a session. */
    async delete(id: string, options?: CallOptions): Promise<void> {
      await send({ method: 'DELETE', path: pathOf(id), repeatable: 'always', isGoneDone: true }, options);
    },

    /** Deletes all sessions of a user or of an agent. @returns how many. */
    async deleteAll({ userId, agentId }: Owner, options?: CallOptions): Promise<number> {
      const path = SESSIONS + toQuery({ userId, agentId });
      let idle = 0;
      for (let all = 0; ; ) {
        const { deleted, remaining } = await send<DeletedSessions>(
          { method: 'DELETE', path, repeatable: 'always' },
          options,
        );
        all += deleted;
        if (!remaining) return all;
        idle = deleted > 0 ? 0 : idle + 1;
        if (idle === MOST_IDLE) {
          const message = `${MOST_IDLE} calls have deleted nothing, and sessions remain`;
          throw new SessionsApiError({ status: 200, code: 'NO_PROGRESS', message });
        }
      }
    },

    /** Pages of sessions, newest first, each read when it is asked for. */
    async *list(query: ListQuery = {}, options?: CallOptions): AsyncGenerator<Page, void, undefined> {
      let cursor: string | undefined;
      do {
        const page: Page = await read(SESSIONS + toQuery({ ...query, cursor }), options);
        yield page;
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    },

    /** Whether the table responds; an unhealthy API is a SessionsApiError with 503. */
    health: (options?: CallOptions) => read<Health>(`${SESSIONS}/health`, options),
  };
}

export type SessionsClient = ReturnType<typeof createSessionsClient>;

function toQuery(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])));
  return given.length > 0 ? `?${query}` : '';
}

/** On every page: crypto.randomUUID is for secure origins only. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
