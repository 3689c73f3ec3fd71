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
