/** The routes as data: the one list that the stack, the local host, the tests and README's table read. */

export const SESSIONS_PATH = '/api/messaging/sessions';

/** One action on the sessions table and the reason why the route needs it. */
export interface TableAction {
  action: `dynamodb:${string}`;
  why: string;
}

export interface Route {
  /** The function's construct id, which is also its name for `sam local invoke`. */
  id: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** API Gateway's path syntax. */
  path: string;
  /** The stem of the file in functions/ that exports `handler`. */
  file: string;
  summary: string;
  tableActions: readonly TableAction[];
}

export const routes: readonly Route[] = [
  {
    id: 'GetSession',
    method: 'GET',
    path: `${SESSIONS_PATH}/{sessionId}`,
    file: 'get-session',
    summary: 'A session, when it ends and what remains of it',
    tableActions: [{ action: 'dynamodb:GetItem', why: 'reads the one item of the session asked for' }],
  },
];
