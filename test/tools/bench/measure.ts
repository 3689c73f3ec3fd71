/** Measures the functions and two references, interleaved. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { marshall } from '@aws-sdk/util-dynamodb';
import { generate } from 'selfsigned';
import { toItem } from '../../../functions/session/store/item.ts';
import { sampleSessions } from '../../../local/samples.ts';
import { startAwsStub, TABLE } from '../aws-stub.ts';
import { progress } from '../progress.ts';
import type { Measurements } from './columns.ts';
import { cpuLimit } from './cpu.ts';
import { judge } from './gates.ts';
import { ids, options } from './options.ts';
import { report } from './report.ts';
import { type ColdStart, Sandbox } from './sandbox.ts';
import { buildVariants, HABIT, kilobytes } from './variants.ts';
import { measureYoung, youngLimits } from './young.ts';

const MEMORY_MEGABYTES = 256;

/** Of a sandbox's first requests, which V8 still compiles. */
const WARM_UP_REQUESTS = 1500;

const rounds = Number(options.rounds);
/** Sandboxes in which warm requests are measured, of each variant. */
const warmRounds = 3;
const warmRequests = Math.ceil(Number(options.requests) / warmRounds);

const directory = mkdtempSync(join(tmpdir(), 'sessions-api-bench-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

// The functions run on the second core, this and the stubs on the first.
spawnSync('taskset', ['-apc', '0', String(process.pid)]);

progress('bundling');
const variants = await buildVariants(directory, ids);
const [sample] = sampleSessions(Date.now());
const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
});
const stub = await startAwsStub({ item: marshall(sample ? toItem(sample) : {}), tls: { cert, key } });
const certificate = join(directory, 'certificate.pem');
writeFileSync(certificate, cert);

/** What Lambda sets, as far as it matters here, and what the stack sets. */
const environment = {
  PATH: process.env['PATH'] ?? '',
  TZ: ':UTC',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'token'.repeat(100),
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MEGABYTES),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_LOG_GROUP_NAME: 'bench',
  AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
  AWS_LAMBDA_LOG_FORMAT: 'JSON',
  TABLE_NAME: TABLE,
  DYNAMODB_ENDPOINT: stub.endpoint,
  SECRETS_MANAGER_ENDPOINT: stub.endpoint,
  API_KEYS_SECRET: 'keys',
  SESSION_DEFAULT_TIMEOUT_MINUTES: '30',
  SESSION_MAX_DURATION_MINUTES: '720',
  SESSION_WARNING_THRESHOLD_MINUTES: '5',
  // Metrics are for CloudWatch.
  SERVICE_NAME: '',
  NODE_EXTRA_CA_CERTS: certificate,
};

const limit = cpuLimit(MEMORY_MEGABYTES);
const limits = youngLimits();
/** Sandboxes whose young requests are measured, of each variant, memory and speed. */
const youngRounds = Math.ceil(rounds / 3);
const measured: Measurements[] = variants.map((variant) => ({
  name: variant.name,
  kilobytes: kilobytes(variant),
  cold: [],
  limited: [],
  young: [],
  warmCpu: [],
}));

try {
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, variant] of variants.entries()) {
      progress(`cold starts: round ${round + 1} of ${rounds}, ${variant.name}`);
      measured[index]?.cold.push(await coldStart(variant, undefined));
      if (typeof limit !== 'string') measured[index]?.limited.push(await coldStart(variant, limit));
    }
  }
  for (let round = 0; round < youngRounds && typeof limits !== 'string'; round += 1) {
    for (const [index, variant] of variants.entries()) {
      if (variant.name === HABIT) continue;
      progress(`young requests: round ${round + 1} of ${youngRounds}, ${variant.name}`);
      await measureYoung(variant, environment, limits, measured[index]?.young ?? []);
    }
  }
  for (let round = 0; round < warmRounds; round += 1) {
    for (const [index, variant] of variants.entries()) {
      progress(`warm requests: round ${round + 1} of ${warmRounds}, ${variant.name}`);
      const { sandbox } = await Sandbox.coldStart(variant, environment, undefined);
      await sandbox.warmCpu(WARM_UP_REQUESTS);
      measured[index]?.warmCpu.push(await sandbox.warmCpu(warmRequests));
      await sandbox.stop();
    }
  }
} finally {
  await stub.close();
  if (typeof limit !== 'string') limit.close();
  if (typeof limits !== 'string') for (const one of limits.values()) one.close();
}

progress('');
console.log(
  `${cpus()[0]?.model}, Node.js ${process.version}; medians of ${rounds} cold starts, and of ${warmRounds} runs`,
);
console.log(`of ${warmRequests} warm requests after ${WARM_UP_REQUESTS}. Milliseconds; "CPU" is CPU time.\n`);
if (typeof limit === 'string') console.log(`Not measured at ${MEMORY_MEGABYTES} MB: ${limit}.\n`);
console.log(report(measured));
if (options.json) {
  writeFileSync(
    options.json,
    `${JSON.stringify({ date: new Date(), node: process.version, measured }, null, 2)}\n`,
  );
}
process.exitCode = judge(measured).every(({ passed }) => passed) ? 0 : 1;

async function coldStart(
  variant: (typeof variants)[number],
  to: Exclude<typeof limit, string> | undefined,
): Promise<ColdStart> {
  const { sandbox, coldStart } = await Sandbox.coldStart(variant, environment, to);
  await sandbox.stop();
  return coldStart;
}
