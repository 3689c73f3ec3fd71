/** Runs the checks, and tells of each what was tried, the response and where to look. */
import { call, NotDeployed, type Target, WrongResponse } from './api.ts';
import { checks } from './checks.ts';
import { NotTried, type Smoke } from './steps.ts';

export type Outcome = 'ok' | 'WRONG' | 'not deployed' | 'not tried';

export interface Result {
  name: string;
  outcome: Outcome;
  request?: string;
  /** The status, and milliseconds. */
  response?: string;
  why?: string;
  /** The page and heading that help. */
  look?: string;
}

/** Deletes what it has created, whatever happens. */
export async function* runSmoke(target: Target, userId: string): AsyncGenerator<Result> {
  const smoke: Smoke = { target, userId, agentId: crypto.randomUUID(), created: new Set() };
  try {
    for (const { name, run } of checks) yield await tried(name, () => run(smoke));
  } finally {
    for (const sessionId of smoke.created) {
      await call(target, 'DeleteSession', 200, { sessionId }).catch(() => undefined);
    }
  }
}

async function tried(name: string, run: () => ReturnType<typeof call>): Promise<Result> {
  try {
    const { request, response, milliseconds } = await run();
    return { name, outcome: 'ok', request, response: `${response.status}, ${milliseconds} ms` };
  } catch (error) {
    if (error instanceof NotDeployed) return { name, outcome: 'not deployed' };
    if (error instanceof NotTried) return { name, outcome: 'not tried', why: error.message };
    if (!(error instanceof WrongResponse)) {
      return { name, outcome: 'WRONG', why: `no response: ${reason(error)}`, look: NO_RESPONSE };
    }
    const { request, response, milliseconds } = error.exchange;
    return {
      ...{ name, outcome: 'WRONG', request, response: `${response.status}, ${milliseconds} ms` },
      ...{ why: error.message, look: whereToLook(response.status, response.headers['x-request-id']) },
    };
  }
}

const NO_RESPONSE = 'the address: ApiUrl in the output of cdk deploy; docs/deploy.md#custom-domain';

/** Where the runbook helps with a status that was not expected. */
function whereToLook(status: number, requestId: string | undefined): string {
  if (status === 401 || status === 403) return 'docs/access.md; --key or --token, and --user with owners';
  if (status === 429) return 'docs/runbook.md#apithrottles';
  if (status === 503) return 'docs/runbook.md#tablethrottles and #functionerrors';
  const find = `docs/runbook.md#find-a-request${requestId ? ` with ${requestId}` : ''}`;
  if (status >= 500) return `docs/runbook.md#servererrors; ${find}`;
  return status < 300 ? `docs/runbook.md#latency; ${find}` : find;
}

/** What went wrong first; `fetch` hides it behind its own words. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
