/** The routes as data: the stack is built from them, and tests compare README with them. */

import {
  COUNT_SESSIONS,
  IDEMPOTENCY_SALT,
  MAX_TIMEOUT,
  MIN_TIMEOUT,
  type Variable,
} from '../functions/aws/environment.ts';

export const SESSIONS_PATH = '/api/messaging/sessions';

/** One action on the sessions table and the reason why the route needs it. */
export interface TableAction {
  action: `dynamodb:${string}`;
  /** The table itself unless it says its indexes. */
  on?: 'indexes';
  /** The deployments that need it, if not all: those with owners, without, or without auth. */
  only?: 'with owners' | 'without owners' | 'with auth=none';
  why: string;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';

export interface Route {
  /** The function's construct id, which is also its name for `sam local invoke`. */
  id: string;
  method: Exclude<Method, 'HEAD'>;
  /** Further methods of the same path that the function serves. */
  alsoMethods?: readonly Exclude<Method, 'HEAD'>[];
  /** API Gateway's path syntax. */
  path: string;
  /** The stem of the file in functions/ that exports `handler`. */
  file: string;
  summary: string;
  tableActions: readonly TableAction[];
  /** Environment variables besides those of every function with table actions. */
  variables?: readonly Variable<unknown>[];
  /** The setting without which the route is not deployed. */
  onlyWith?: 'list';
  /** Anybody may call it, whatever `auth` says. */
  isOpen?: true;
}

const bounds = [MIN_TIMEOUT, MAX_TIMEOUT];
/** With owners a read is a Query, which filters by owner. */
const reads = (why: string): TableAction[] => [
  { action: 'dynamodb:GetItem', only: 'without owners', why },
  { action: 'dynamodb:Query', only: 'with owners', why: `${why}, if it is the caller's` },
];
const readsSession = reads('reads the session before the change');
const changesSession = {
  action: 'dynamodb:UpdateItem',
  why: 'writes the change, guarded by the version',
} as const;

export const routes: readonly Route[] = [
  {
    id: 'CreateSession',
    method: 'POST',
    path: SESSIONS_PATH,
    file: 'create-session',
    summary: 'Creates a session',
    tableActions: [{ action: 'dynamodb:PutItem', why: 'writes the new session, unless its id exists' }],
    variables: [IDEMPOTENCY_SALT, ...bounds],
  },
  {
    id: 'GetSession',
    method: 'GET',
    path: `${SESSIONS_PATH}/{sessionId}`,
    file: 'get-session',
    summary: 'A session, its expiry and its remaining time',
    tableActions: reads('reads the one item of the session asked for'),
  },
  {
    id: 'RenewSession',
    method: 'POST',
    path: `${SESSIONS_PATH}/{sessionId}/renew`,
    file: 'renew-session',
    summary: 'Restarts the idle timeout',
    tableActions: [...readsSession, changesSession],
  },
  {
    id: 'HeartbeatSession',
    method: 'POST',
    path: `${SESSIONS_PATH}/{sessionId}/heartbeat`,
    file: 'heartbeat-session',
    summary: 'Reports activity, which renews the session with autoRenew',
    tableActions: [...readsSession, changesSession],
  },
  {
    id: 'ChangeTimeout',
    method: 'PATCH',
    path: `${SESSIONS_PATH}/{sessionId}/timeout`,
    file: 'change-timeout',
    summary: 'Changes timeout settings; absent ones keep their value',
    tableActions: [...readsSession, changesSession],
    variables: bounds,
  },
  {
    id: 'ChangeMetadata',
    method: 'PATCH',
    path: `${SESSIONS_PATH}/{sessionId}`,
    file: 'change-metadata',
    summary: 'Merges into the metadata of a session',
    tableActions: [...readsSession, changesSession],
  },
  {
    id: 'DeleteSession',
    method: 'DELETE',
    path: `${SESSIONS_PATH}/{sessionId}`,
    file: 'delete-session',
    summary: 'Deletes a session',
    tableActions: [{ action: 'dynamodb:DeleteItem', why: 'deletes the session' }],
  },
  {
    id: 'ListSessions',
    method: 'GET',
    path: SESSIONS_PATH,
    file: 'list-sessions',
    summary: 'Lists the sessions of a user, of an agent or of everyone',
    tableActions: [
      { action: 'dynamodb:Query', on: 'indexes', why: 'finds the sessions of a user or an agent' },
      { action: 'dynamodb:Scan', only: 'without owners', why: "finds everyone's sessions" },
      { action: 'dynamodb:BatchGetItem', why: 'reads the sessions of a page' },
    ],
    onlyWith: 'list',
  },
  {
    id: 'DeleteSessions',
    method: 'DELETE',
    path: SESSIONS_PATH,
    file: 'delete-sessions',
    summary: 'Deletes every session of a user or of an agent',
    tableActions: [
      { action: 'dynamodb:Query', on: 'indexes', why: 'finds the sessions of a user or an agent' },
      { action: 'dynamodb:DeleteItem', why: 'deletes each, if it is still theirs' },
    ],
    onlyWith: 'list',
  },
  {
    id: 'GetHealth',
    method: 'GET',
    path: `${SESSIONS_PATH}/health`,
    file: 'get-health',
    summary: 'Whether the table responds',
    isOpen: true,
    tableActions: [
      { action: 'dynamodb:GetItem', why: 'checks that the table responds, by a key that no session has' },
      { action: 'dynamodb:DescribeTable', only: 'with auth=none', why: 'reads the approximate item count' },
    ],
    variables: [COUNT_SESSIONS],
  },
  {
    id: 'RefuseMessages',
    method: 'POST',
    alsoMethods: ['GET'],
    path: `${SESSIONS_PATH}/{sessionId}/messages`,
    file: 'refuse-messages',
    summary: 'Returns 405: messages stay with the agent server',
    tableActions: [],
  },
];

/** Every method of a route. A GET has HEAD too, which an HTTP API does not add by itself. */
export const methodsOf = ({ method, alsoMethods = [] }: Route): Method[] =>
  [method, ...alsoMethods].flatMap((one): Method[] => (one === 'GET' ? ['GET', 'HEAD'] : [one]));

/** The routes that are deployed with these options. */
export const routesWith = (options: { list: boolean }): readonly Route[] =>
  routes.filter(({ onlyWith }) => onlyWith === undefined || options[onlyWith]);
