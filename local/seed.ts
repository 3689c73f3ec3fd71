/**
 * `npm run seed -- N [options]` fills a sessions table with N realistic sessions. Session number i is the same at
 * every run, so that a run which was stopped goes on with --from.
 *
 *   --from I         starts at session number I (0)
 *   --ended PERCENT  so many of the sessions have expired (25)
 *
 * Environment variables: DYNAMODB_PORT (8000), of a running `npm start`; DYNAMODB_ENDPOINT, any other DynamoDB;
 * TABLE_NAME (Sessions-dev-Table).
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Session } from '../functions/session/session.ts';
import { waitBefore } from '../functions/session/store/backoff.ts';
import { toItem, VERSION_ATTRIBUTE } from '../functions/session/store/item.ts';
import { ELIZAOS_DEFAULTS } from '../functions/session/timeout-config.ts';
import { MINUTE_MS } from '../functions/session/timing.ts';
import { credentialsFor } from './dynamodb/credentials.ts';
import { endpoint } from './options.ts';
import { StartError } from './start-error.ts';

const USAGE = 'usage: npm run seed -- N [--from I] [--ended PERCENT]; npm run seed -- --help says more';

/** DynamoDB's limit for one call, and the calls at a time: together a bound on memory. */
const BATCH = 25;
const CONCURRENCY = 8;

/** Session number i. Each user has three. @param ended percent of the sessions that have expired. */
function seedSession(index: number, ended: number, now: number): Session {
  const uuid = (name: string, number: number) =>
    createHash('sha256')
      .update(`${name}-${number}`)
      .digest('hex')
      .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
  const minutesAgo = (index * 37) % 100 < ended ? 40 + (index % 600) : index % 25;
  const instant = now - minutesAgo * MINUTE_MS;
  return {
    sessionId: uuid('session', index),
    channelId: uuid('channel', index),
    agentId: uuid('agent', index % 10),
    userId: uuid('user', Math.floor(index / 3)),
    createdAt: instant,
    lastActivity: instant,
    metadata: { platform: ['web', 'ios', 'android'][index % 3], locale: ['en', 'de', 'fr', 'ja'][index % 4] },
    timeoutConfig: { ...ELIZAOS_DEFAULTS },
    renewalCount: index % 7,
  };
}

async function seed(count: number, from: number, ended: number): Promise<void> {
  const { DYNAMODB_PORT } = process.env;
  const url = endpoint(process.env) ?? `http://127.0.0.1:${DYNAMODB_PORT || 8000}`;
  const tableName = process.env['TABLE_NAME'] || 'Sessions-dev-Table';
  const region = process.env['AWS_REGION'] || 'us-east-1';
  const client = new DynamoDBClient({ endpoint: url, region, credentials: await credentialsFor(url) });
  await client.send(new DescribeTableCommand({ TableName: tableName })).catch((error: Error) => {
    throw new StartError(`No table ${tableName} at ${url}: ${error.message || error.name}`);
  });
  const document = DynamoDBDocumentClient.from(client);
  const now = Date.now();
  let done = from;
  process.once('SIGINT', () => {
    console.error(`\nStopped. Go on with: npm run seed -- ${count} --from ${done}`);
    process.exit(130);
  });

  while (done < count) {
    const starts = Array.from({ length: CONCURRENCY }, (_, batch) => done + batch * BATCH);
    await Promise.all(
      starts.map((start) =>
        writeBatch(document, tableName, start, Math.min(start + BATCH, count), ended, now),
      ),
    );
    done = Math.min(done + CONCURRENCY * BATCH, count);
    progress(done, from, count, now);
  }
  console.error(`\n${count - from} sessions are in ${tableName} at ${url}.`);
}

/** Sends the unprocessed items of a batch again. */
async function writeBatch(
  document: DynamoDBDocumentClient,
  tableName: string,
  from: number,
  to: number,
  ended: number,
  now: number,
): Promise<void> {
  let left = Array.from({ length: Math.max(0, to - from) }, (_, offset) => ({
    PutRequest: {
      Item: {
        ...toItem(seedSession(from + offset, ended, now)),
        [VERSION_ATTRIBUTE]: 1,
      },
    },
  })) as Record<string, unknown>[];
  for (let round = 0; left.length > 0; round += 1) {
    if (round > 0) await waitBefore(round);
    const response = await document.send(new BatchWriteCommand({ RequestItems: { [tableName]: left } }));
    left = (response.UnprocessedItems?.[tableName] ?? []) as Record<string, unknown>[];
  }
}

const BAR = 30;

/** One line that is written over. */
function progress(done: number, from: number, count: number, started: number): void {
  const share = done / count;
  const bar = '#'.repeat(Math.round(share * BAR)).padEnd(BAR, '.');
  const perSecond = Math.round(((done - from) / (Date.now() - started)) * 1000);
  process.stderr.write(`\r${bar} ${Math.floor(share * 100)}%  ${done} of ${count}  ${perSecond}/s `);
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string', default: '0' }, ended: { type: 'string', default: '25' } },
  });
  const [count = '', ...others] = positionals;
  const wholeNumber = /^\d{1,9}$/;
  if (
    Number(values.from) > Number(count) ||
    Number(values.ended) > 100 ||
    others.length > 0 ||
    ![count, values.from, values.ended].every((text) => wholeNumber.test(text))
  ) {
    throw new StartError(USAGE);
  }
  await seed(Number(count), Number(values.from), Number(values.ended));
} catch (error) {
  const isMisused = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ?? false;
  if (!(error instanceof StartError) && !isMisused) throw error;
  console.error(error instanceof StartError ? error.message : USAGE);
  process.exitCode = 1;
}
