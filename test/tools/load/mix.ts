/** A realistic mix of requests, and the response that each must get. */
import { strict as assert } from 'node:assert';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { AGENT_ID } from '../../support/session-item.ts';

export interface LoadRequest {
  action: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: string;
  /** @throws when the response is not the one for this request. */
  check(status: number, body: string): void;
}

interface Info {
  sessionId: string;
  metadata: unknown;
  expiresAt: string;
  timeRemaining: number;
  isNearExpiration: boolean;
  renewalCount: number;
}

/** So many of a hundred requests. Chat tabs poll; agents send heartbeats; a few requests are wrong. */
const WEIGHTS = {
  read: 67,
  heartbeat: 12,
  create: 8,
  renew: 4,
  change: 2,
  describe: 2,
  remove: 3,
  missing: 1,
  invalid: 1,
};

type Action = keyof typeof WEIGHTS;

const ACTIONS = (Object.keys(WEIGHTS) as Action[]).flatMap((action) =>
  Array<Action>(WEIGHTS[action]).fill(action),
);

/** As many sessions are kept; beyond, the next create is a delete. */
const MOST_SESSIONS = 500;

/**
 * Makes requests, each from the responses before it.
 * @param userId whose sessions they are.
 */
export class Mix {
  readonly #userId: string;
  /** Sessions that are there, with the renewals that succeeded. Nobody else changes them. */
  readonly #sessions = new Map<
    string,
    { renewals: number; metadata: Record<string, unknown>; isBusy: boolean }
  >();
  #made = 0;

  constructor(userId: string) {
    this.#userId = userId;
  }

  next(): LoadRequest {
    const action = ACTIONS[Math.floor(Math.random() * ACTIONS.length)] ?? 'read';
    if (action === 'missing') return this.#missing();
    if (action === 'invalid') return this.#invalid();
    const found = this.#pick(action !== 'read');
    if (!found || (action === 'create' && this.#sessions.size < MOST_SESSIONS)) return this.#create();
    const path = `${SESSIONS_PATH}/${found.id}`;
    if (action === 'read') {
      const check = checked(found.id, () => {});
      return {
        action,
        method: 'GET',
        path,
        check: (status, body) => {
          // Another connection may have deleted it while this one asked.
          if (status !== 404 || this.#sessions.has(found.id)) check(status, body);
        },
      };
    }
    const session = found.session;
    session.isBusy = true;
    /** A change, after which `more` compares the session with the one before. */
    const changing = (
      method: LoadRequest['method'],
      below: string,
      sent: object | undefined,
      more: (info: Info) => void,
    ): LoadRequest => ({
      ...{ action, method, path: path + below, ...(sent && { body: JSON.stringify(sent) }) },
      check: checked(found.id, (info) => {
        session.isBusy = false;
        more(info);
      }),
    });
    if (action === 'heartbeat' || action === 'renew')
      return changing('POST', `/${action}`, undefined, (info) => {
        session.renewals += 1;
        assert.equal(info.renewalCount, session.renewals, 'renewals are counted');
      });
    if (action === 'change') {
      const timeoutMinutes = 10 + Math.floor(Math.random() * 50);
      return changing('PATCH', '/timeout', { timeoutMinutes }, () => {});
    }
    if (action === 'describe') {
      const mark = Math.floor(Math.random() * 1000);
      const expected = { ...session.metadata, mark };
      return changing('PATCH', '', { metadata: { mark } }, (info) => {
        assert.deepEqual(info.metadata, expected, 'metadata is merged');
        session.metadata = expected;
      });
    }
    this.#sessions.delete(found.id);
    return {
      action: 'remove',
      method: 'DELETE',
      path,
      check(status, body) {
        assert.equal(status, 200, body);
        assert.equal(JSON.parse(body).success, true);
      },
    };
  }

  /** A session at random; one without a request in flight, if it is to be changed. */
  #pick(isForChange: boolean) {
    const ids = [...this.#sessions.keys()];
    for (let trial = 0; trial < 5; trial += 1) {
      const id = ids[Math.floor(Math.random() * ids.length)];
      const session = id === undefined ? undefined : this.#sessions.get(id);
      if (id !== undefined && session && !session.isBusy) return { id, session };
      if (id !== undefined && session && !isForChange) continue;
    }
    return undefined;
  }

  #create(): LoadRequest {
    this.#made += 1;
    const metadata = { number: this.#made, channel: 'web' };
    return {
      action: 'create',
      method: 'POST',
      path: SESSIONS_PATH,
      body: JSON.stringify({ agentId: AGENT_ID, userId: this.#userId, metadata }),
      check: (status, body) => {
        assert.equal(status, 201, body);
        const info = JSON.parse(body) as Info;
        assert.deepEqual(info.metadata, metadata);
        this.#sessions.set(info.sessionId, { renewals: 0, metadata, isBusy: false });
      },
    };
  }

  #missing(): LoadRequest {
    return {
      action: 'missing',
      method: 'GET',
      path: `${SESSIONS_PATH}/${crypto.randomUUID()}`,
      check: failed(404, 'SESSION_NOT_FOUND'),
    };
  }

  #invalid(): LoadRequest {
    return {
      action: 'invalid',
      method: 'POST',
      path: SESSIONS_PATH,
      body: JSON.stringify({ agentId: 'eliza', userId: this.#userId }),
      check: failed(400, 'VALIDATION_ERROR'),
    };
  }
}

const checked =
  (sessionId: string, more: (info: Info) => void) =>
  (status: number, body: string): void => {
    assert.equal(status, 200, body);
    const info = JSON.parse(body) as Info;
    assert.equal(info.sessionId, sessionId);
    assert.ok(info.timeRemaining > 0 && !Number.isNaN(Date.parse(info.expiresAt)), body);
    more(info);
  };

const failed =
  (expected: number, code: string) =>
  (status: number, body: string): void => {
    assert.equal(status, expected, body);
    assert.equal((JSON.parse(body) as { error: { code: string } }).error.code, code);
  };
