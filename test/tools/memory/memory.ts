/**
 * `npm run memory -- [options]` measures what a request leaves behind in a sandbox that lives for days. Each
 * bundle serves thousands of requests against a stub of AWS, in a process of its own; then garbage is collected.
 * Fails where more than a few bytes a request are kept, or where a timer still runs.
 *
 *   --requests N  of each function (4000)
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import {
  DYNAMODB_ENDPOINT,
  SECRETS_MANAGER_ENDPOINT,
  TABLE_NAME,
} from '../../../functions/aws/environment.ts';
import { routes } from '../../../infra/routes.ts';
import type { FunctionDefinition } from '../../../local/stack/stack-definition.ts';
import { synthesize } from '../../../local/stack/synthesis.ts';
import { readTemplate } from '../../../local/stack/template.ts';
import { TemporaryDirectory } from '../../../local/temporary-directory.ts';
import { sampleEvent } from '../../support/sample-event.ts';
import { sessionItem } from '../../support/session-item.ts';
import { API_KEY, startAwsStub, TABLE } from '../aws-stub.ts';
import type { MemoryResult, MemoryRun } from './sandbox.ts';

const APP = fileURLToPath(new URL('../../../infra/app.ts', import.meta.url));

/** A timer or a listener that stays has hundreds; what is left of none is the noise of the heap. */
const MOST_BYTES = 64;

const { values } = parseArgs({ options: { requests: { type: 'string', default: '4000' } } });
const requests = Number(values.requests);
if (!Number.isInteger(requests) || requests < 1) {
  console.error('usage: npm run memory -- [--requests 4000]');
  process.exit(1);
}

using directory = new TemporaryDirectory();
const stack = readTemplate(
  await synthesize({ app: APP, context: { auth: 'api-key' }, outdir: directory.path }),
  'us-east-1',
);
/** Alive for 19 days, so that whatever waits for a session's end waits for long. */
const timeoutConfig = { timeoutMinutes: 28_000, maxDurationMinutes: 28_000 };
const item = marshall(sessionItem({ timeoutConfig, version: 1 }));
const aws = await startAwsStub({ item, lostRace: 50 });
try {
  console.log(`${requests} requests each; at most ${MOST_BYTES} bytes a request may stay\n`);
  console.log('bytes a request  timers  function');
  for (const definition of stack.functions) {
    const { bytesPerRequest, timers, statuses } = await measure(definition);
    // 405 is what messages get.
    const succeeds = Object.keys(statuses).every((status) => /^(2\d\d|405|true)$/.test(status));
    const isGood = succeeds && bytesPerRequest <= MOST_BYTES && timers === 0;
    if (!isGood) process.exitCode = 1;
    const responses = Object.entries(statuses).map(([status, count]) => `${count} of ${status}`);
    console.log(
      `${bytesPerRequest.toFixed(1).padStart(15)}  ${String(timers).padStart(6)}  ${definition.name} (${responses})${isGood ? '' : '  WRONG'}`,
    );
  }
} finally {
  await aws.close();
}

async function measure({ name, directory, handler, environment }: FunctionDefinition): Promise<MemoryResult> {
  const child = fork(new URL('./sandbox.ts', import.meta.url), {
    execArgv: ['--expose-gc'],
    // The functions' own log: lines of metrics.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      ...environment,
      [TABLE_NAME.name]: TABLE,
      [DYNAMODB_ENDPOINT.name]: aws.endpoint,
      [SECRETS_MANAGER_ENDPOINT.name]: aws.endpoint,
    },
  });
  const run: MemoryRun = { directory, handler, event: buildEvent(name), warmUp: requests, requests };
  child.send(run);
  const [result] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with code ${code}`);
    }),
  ]);
  return result as MemoryResult;
}

/** The authorizer's event is another service's. */
function buildEvent(name: string): object {
  const route = routes.find(({ id }) => id === name);
  if (!route) return { identitySource: [API_KEY], requestContext: { requestId: 'memory' } };
  return sampleEvent(route);
}
