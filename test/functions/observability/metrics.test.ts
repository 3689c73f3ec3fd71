import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logFailure } from '../../../functions/observability/log.ts';
import { count, counted } from '../../../functions/observability/metrics.ts';
import { MalformedItem } from '../../../functions/session/store/item.ts';

let written: string[] = [];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  vi.stubEnv('SERVICE_NAME', 'Sessions-test');
  vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const lines = () => written.map((line) => JSON.parse(line));
const request = { requestId: 'r', functionRequestId: 'f', event: null };

describe('a metric', () => {
  it('is one line in the embedded metric format of CloudWatch, with the deployment as its dimension', () => {
    count('SessionsCreated');
    expect(written).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: 1000,
          CloudWatchMetrics: [
            {
              Namespace: 'SessionsApi',
              Dimensions: [['service']],
              Metrics: [{ Name: 'SessionsCreated', Unit: 'Count' }],
            },
          ],
        },
        service: 'Sessions-test',
        SessionsCreated: 1,
      },
    ]);
  });

  it('is counted by the line of the failure itself, corrupt items apart from others', () => {
    logFailure(new MalformedItem('createdAt'), request);
    logFailure(new Error('failed'), request);
    logFailure(new Error('denied'), { ...request, metric: 'KeysUnreadable' });
    expect(lines()).toEqual([
      expect.objectContaining({ CorruptItems: 1, attribute: 'createdAt', level: 'ERROR' }),
      expect.objectContaining({ Failures: 1 }),
      expect.objectContaining({ KeysUnreadable: 1 }),
    ]);
  });

  it('is not counted, and says nothing, where the deployment has no name', () => {
    vi.stubEnv('SERVICE_NAME', '');
    count('SessionsCreated');
    expect(written).toEqual([]);
    expect(counted('Failures')).toEqual({});
  });
});

describe('a failure', () => {
  it('counts for the function and its version, where it has one', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'get-session');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_VERSION', '7');
    logFailure(new Error('failed'), request);
    const [line] = lines();
    expect(line).toMatchObject({ Failures: 1, VersionFailures: 1, function: 'get-session', version: '7' });
    expect(line._aws.CloudWatchMetrics).toEqual([
      { Namespace: 'SessionsApi', Dimensions: [['service']], Metrics: [{ Name: 'Failures', Unit: 'Count' }] },
      {
        Namespace: 'SessionsApi',
        Dimensions: [['function'], ['function', 'version']],
        Metrics: [{ Name: 'VersionFailures', Unit: 'Count' }],
      },
    ]);
  });

  it('counts for no version where none is published, as in development', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'get-session');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_VERSION', '$LATEST');
    logFailure(new Error('failed'), request);
    expect(lines()[0]).not.toHaveProperty('VersionFailures');
  });

  it('is logged when it is its own cause', () => {
    const failure = new Error('cyclic');
    failure.cause = failure;
    logFailure(failure, request);
    expect(lines()[0]).toMatchObject({ errorName: 'Error', cause: { errorName: 'Error' } });
  });
});
