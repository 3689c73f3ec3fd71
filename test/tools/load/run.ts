/** Drives the mix against an API with autocannon, and checks every response. */
import autocannon from 'autocannon';
import { type LoadRequest, Mix } from './mix.ts';

export interface LoadOptions {
  url: string;
  /** What a caller sends to be let in. */
  headers: Record<string, string>;
  /** Whose sessions are made. */
  userId: string;
  connections: number;
  seconds: number;
  /** Called each second. */
  progress(line: string): void;
}

export interface LoadResult {
  /** Responses by action. */
  responses: Record<string, number>;
  /** The first wrong responses, and how many there were. */
  wrong: string[];
  wrongCount: number;
  /** Requests without a response. */
  unanswered: number;
  perSecond: number;
  /** Milliseconds by percentile. */
  latency: Record<'p50' | 'p90' | 'p99' | 'p99.9' | 'longest', number>;
}

const WRONG_KEPT = 10;

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, headers, userId, connections, seconds, progress } = options;
  const mix = new Mix(userId);
  const responses: Record<string, number> = {};
  const wrong: string[] = [];
  let wrongCount = 0;

  const onResponse = (request: LoadRequest | undefined, status: number, body: string) => {
    if (!request) return;
    responses[request.action] = (responses[request.action] ?? 0) + 1;
    try {
      request.check(status, body);
    } catch (error) {
      wrongCount += 1;
      if (wrong.length < WRONG_KEPT)
        wrong.push(`${request.method} ${request.path}: ${(error as Error).message}`);
    }
  };
  const finished = Promise.withResolvers<autocannon.Result>();
  const settings: autocannon.Options = {
    url,
    connections,
    duration: seconds,
    timeout: 15,
    requests: [
      {
        setupRequest(request, context) {
          const next = mix.next();
          Object.assign(context, { next });
          return {
            ...request,
            method: next.method,
            path: next.path,
            headers: { ...headers, ...(next.body !== undefined && { 'content-type': 'application/json' }) },
            body: next.body,
          } as autocannon.Request;
        },
        onResponse: (status, body, context) =>
          onResponse((context as { next?: LoadRequest }).next, status, body),
      },
    ],
  };
  const run = autocannon(settings, (error, result) =>
    error ? finished.reject(error) : finished.resolve(result),
  );
  let times: number[] = [];
  run.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  run.on('tick', () => {
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    progress(`${times.length} responses/s, median ${p50} ms, p99 ${p99} ms, ${wrongCount} wrong`);
    times = [];
  });
  const result = await finished.promise;
  const { p50, p90, p99, p99_9, max } = result.latency;
  return {
    responses,
    wrong,
    wrongCount,
    // Its errors include those that timed out.
    unanswered: result.errors,
    perSecond: result.requests.average,
    latency: { p50, p90, p99, 'p99.9': p99_9, longest: max },
  };
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}
