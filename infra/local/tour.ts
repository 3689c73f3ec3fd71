/** `npm start -- --tour`: requests to try, with what they answer. */
import { MINUTE_MS } from '../../functions/session/timing.ts';
import { SESSIONS_PATH } from '../routes.ts';
import type { Caller } from './gateway/auth.ts';
import type { LocalHost } from './host.ts';
import { SAMPLE_AGENT_ID, SAMPLE_USER_ID } from './samples.ts';

/** The lines of the tour. Every answer in it was asked for a moment ago. */
export async function tour({ url, stack, access, samples }: LocalHost): Promise<string[]> {
  const base = `${url}${SESSIONS_PATH}`;
  const routes = stack.routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, path }) => `${method.padEnd(6)} ${path}`);
  const lines = [
    'Routes:',
    ...routes,
    '',
    'The life of a session:',
    ...access.caller.shell,
    ...(await life(base, access.caller)),
    '',
  ];
  if (samples.length === 0) return lines;
  const rows = [['Sessions to look at:', 'answers', 'because the session is']];
  for (const { session, state } of samples) {
    const address = `${base}/${session.sessionId}`;
    const answer = await fetch(address, { headers: access.caller.headers });
    rows.push([`curl${access.caller.curl} ${address}`, await summary(answer), state]);
  }
  return [...lines, ...aligned(rows), ''];
}

const AGENT_AND_USER = `{"agentId":"${SAMPLE_AGENT_ID}","userId":"${SAMPLE_USER_ID}"}`;

/** Takes the id out of an answer. */
const SESSION_ID = `sed 's/.*"sessionId":"\\([^"]*\\)".*/\\1/'`;

/** Makes a session, takes it through its life and deletes it, with the curl of each step. */
async function life(base: string, { headers, curl }: Caller): Promise<string[]> {
  const json = { ...headers, 'content-type': 'application/json' };
  const created = await fetch(base, { method: 'POST', headers: json, body: AGENT_AND_USER });
  const { sessionId } = (await created.clone().json()) as { sessionId: string };
  const steps = [
    [`curl${curl} ${base}/$id`, ''],
    [`curl${curl} -X POST ${base}/$id/heartbeat`, 'heartbeat'],
    [
      `curl${curl} -X PATCH -H 'content-type: application/json' ${base}/$id/timeout -d '{"timeoutMinutes":60}'`,
      'timeout',
    ],
    [
      `curl${curl} -X PATCH -H 'content-type: application/json' ${base}/$id -d '{"metadata":{"locale":"fr"}}'`,
      '',
    ],
    [`curl${curl} -X DELETE ${base}/$id`, ''],
  ] as const;
  const rows = [
    [
      `id=$(curl -s${curl} -H 'content-type: application/json' ${base} -d '${AGENT_AND_USER}' | ${SESSION_ID})`,
      await summary(created),
    ],
  ];
  for (const [command, action] of steps) {
    const method = command.match(/-X (\w+)/)?.[1] ?? 'GET';
    const body = command.match(/-d '(.*)'/)?.[1];
    const address = [base, sessionId, action].filter((part) => part !== '').join('/');
    const answer = await fetch(address, { method, headers, ...(body && { headers: json, body }) });
    rows.push([command, await summary(answer)]);
  }
  return rows.map(([command = '', answer]) => (answer === undefined ? command : `${command}  # ${answer}`));
}

interface Body {
  timeRemaining?: number;
  isNearExpiration?: boolean;
  message?: string;
  error?: { code: string };
}

async function summary(response: Response): Promise<string> {
  const { timeRemaining, isNearExpiration, message, error } = (await response.json()) as Body;
  if (timeRemaining === undefined) return `${response.status} ${error?.code ?? message}`;
  const minutes = Math.round(timeRemaining / MINUTE_MS);
  return `${response.status} ${minutes} min remain${isNearExpiration ? ', isNearExpiration' : ''}`;
}

/** Rows of equally many cells as lines, each column as wide as its widest cell. */
function aligned(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
