/** What a deployment must do, tried in the order of a session's life. */
import { isDeepStrictEqual } from 'node:util';
import type { SessionInfo } from '../../../functions/http/session-info.ts';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { call, type Exchange, eventually, exchange, WrongResponse } from './api.ts';
import {
  countsOne,
  create,
  expectThat,
  findExpired,
  living,
  METADATA,
  NotTried,
  onSession,
  type Smoke,
} from './steps.ts';

export interface Check {
  name: string;
  /** @throws WrongResponse, NotDeployed, NotTried, and what `fetch` throws. */
  run(smoke: Smoke): Promise<Exchange>;
}

/** The threshold of the alarm on latency, in milliseconds. */
const SLOW_MS = 1000;
const READS = 9;

export const checks: readonly Check[] = [
  { name: 'is healthy', run: ({ target }) => call(target, 'GetHealth', 200) },
  {
    name: 'lets no caller in without credentials',
    async run({ target }) {
      if (Object.keys(target.credentials).length === 0) throw new NotTried('the API is public');
      const address = new URL(`${target.url}${SESSIONS_PATH}/${crypto.randomUUID()}`);
      const made = await exchange('GET', address, {});
      return expectThat(made, made.response.status === 401, 'expected 401');
    },
  },
  {
    name: 'creates a session',
    async run(smoke) {
      const made = await create(smoke);
      smoke.session = made.response.body as SessionInfo;
      return expectThat(
        made,
        isDeepStrictEqual(smoke.session.metadata, METADATA),
        'other metadata came back',
      );
    },
  },
  {
    name: 'creates it once under an Idempotency-Key',
    async run(smoke) {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const first = (await create(smoke, headers)).response.body as SessionInfo;
      const second = await create(smoke, headers);
      const { sessionId } = second.response.body as SessionInfo;
      return expectThat(second, sessionId === first.sessionId, 'the retry created a second session');
    },
  },
  {
    name: 'reads it',
    run: (smoke) =>
      onSession(smoke, 'GetSession', undefined, (read, before) => read.expiresAt === before.expiresAt),
  },
  {
    name: 'serves HEAD like GET',
    async run(smoke) {
      const address = new URL(`${smoke.target.url}${SESSIONS_PATH}/${living(smoke).sessionId}`);
      const made = await exchange('HEAD', address, { headers: smoke.target.credentials });
      return expectThat(
        made,
        made.response.status === 200 && made.response.text === '',
        'expected 200, empty',
      );
    },
  },
  {
    name: 'counts a heartbeat',
    run: (smoke) => onSession(smoke, 'HeartbeatSession', undefined, countsOne),
  },
  { name: 'counts a renewal', run: (smoke) => onSession(smoke, 'RenewSession', undefined, countsOne) },
  {
    name: 'changes the timeout',
    run: (smoke) =>
      onSession(
        smoke,
        'ChangeTimeout',
        { autoRenew: false },
        ({ timeoutConfig }, before) =>
          !timeoutConfig.autoRenew && timeoutConfig.timeoutMinutes === before.timeoutConfig.timeoutMinutes,
      ),
  },
  {
    name: 'merges metadata',
    run: (smoke) =>
      onSession(smoke, 'ChangeMetadata', { metadata: { remove: null, added: 1 } }, ({ metadata }) =>
        isDeepStrictEqual(metadata, { channel: 'smoke', added: 1 }),
      ),
  },
  {
    name: 'rejects an invalid body',
    run: ({ target }) => call(target, 'CreateSession', 400, { body: { agentId: 'eliza' } }),
  },
  {
    name: 'does not know an unknown id',
    run: ({ target }) => call(target, 'GetSession', 404, { sessionId: crypto.randomUUID() }),
  },
  {
    name: 'returns 410 for an expired session',
    async run({ target, userId }) {
      const sessionId = await findExpired(target, userId);
      if (sessionId === undefined) throw new NotTried('no expired session to be found');
      return await call(target, 'GetSession', 410, { sessionId });
    },
  },
  {
    name: 'leaves messages to the agent server',
    run: (smoke) => call(smoke.target, 'RefuseMessages', 405, { sessionId: living(smoke).sessionId }),
  },
  {
    name: 'lets no foreign page read with credentials',
    async run({ target }) {
      const address = new URL(`${target.url}${SESSIONS_PATH}/health`);
      const made = await exchange('GET', address, { headers: { origin: 'https://smoke.invalid' } });
      const { headers } = made.response;
      const isClosed =
        headers['access-control-allow-credentials'] === undefined &&
        [undefined, '*'].includes(headers['access-control-allow-origin']);
      return expectThat(made, isClosed, `allows ${headers['access-control-allow-origin']}`);
    },
  },
  {
    name: `reads within ${SLOW_MS} ms, the median of ${READS}`,
    async run(smoke) {
      const made: Exchange[] = [];
      for (let read = 0; read < READS; read += 1) {
        made.push(await call(smoke.target, 'GetSession', 200, { sessionId: living(smoke).sessionId }));
      }
      const median = made.sort((a, b) => a.milliseconds - b.milliseconds)[Math.floor(READS / 2)];
      if (!median) throw new NotTried('no reads');
      return expectThat(median, median.milliseconds < SLOW_MS, `took ${median.milliseconds} ms`);
    },
  },
  {
    name: 'lists it',
    async run(smoke) {
      const { sessionId } = living(smoke);
      const isListed = ({ response }: Exchange) =>
        (response.body as { sessions: SessionInfo[] }).sessions.some((one) => one.sessionId === sessionId);
      const query = { userId: smoke.userId, limit: '100' };
      const made = await eventually(() => call(smoke.target, 'ListSessions', 200, { query }), isListed);
      return expectThat(made, isListed(made), 'the session is not in the list of its user');
    },
  },
  {
    name: 'deletes it',
    async run(smoke) {
      const made = await call(smoke.target, 'DeleteSession', 200, living(smoke));
      smoke.created.delete(living(smoke).sessionId);
      await call(smoke.target, 'GetSession', 404, living(smoke));
      return made;
    },
  },
  {
    name: 'deletes all sessions of an agent',
    async run(smoke) {
      const { target, agentId, created } = smoke;
      let deleted = 0;
      const made = await eventually(
        () => call(target, 'DeleteSessions', 200, { query: { agentId } }),
        ({ response }) => {
          deleted += (response.body as { deleted: number }).deleted;
          return deleted >= created.size;
        },
      ).catch((error: unknown) => {
        if (!(error instanceof WrongResponse) || !error.exchange.response.text.includes('"FORBIDDEN"'))
          throw error;
      });
      // Callers who own sessions may name a user only; this one has none.
      if (!made) return await call(target, 'DeleteSessions', 200, { query: { userId: crypto.randomUUID() } });
      expectThat(made, deleted === created.size, `deleted ${deleted} sessions of ${created.size}`);
      for (const sessionId of created) await call(target, 'GetSession', 404, { sessionId });
      created.clear();
      return made;
    },
  },
];
