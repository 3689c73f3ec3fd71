import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../infra/routes.ts';
import { type AlarmProperties, isAbove, type MetricStat } from '../../support/metric-math.ts';
import { synthesizeTemplate } from '../../support/stack.ts';

/** Requests of one chat to each route: docs/performance.md. It lasts ten minutes and polls every 30 seconds. */
const CHAT: Record<string, number> = {
  CreateSession: 1,
  GetSession: 20,
  HeartbeatSession: 10,
  DeleteSession: 1,
};

const alarms = new Map<string, AlarmProperties>();
beforeAll(async () => {
  const template = await synthesizeTemplate({ stage: 'prod', auth: 'none', list: 'on' });
  for (const { Properties: properties } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
    const [, route] = String(properties.AlarmName).match(/-Rollback-(\w+)$/) ?? [];
    if (route) alarms.set(route, properties as AlarmProperties);
  }
});

/** Requests and failures in a window of the alarm. */
interface Counts {
  requests: number;
  failures: number;
}

/** Whether the alarm is raised. Crashes are counted by Lambda, other failures by the functions themselves. */
function isRaised(route: string, fresh: Counts, old: Counts, areCrashes = false): boolean {
  const alarm = alarms.get(route);
  if (!alarm) throw new Error(`no alarm for ${route}`);
  const read = ({ Metric: { Namespace, MetricName, Dimensions = [] } }: MetricStat) => {
    const isOfVersion = Dimensions.some(({ Name }) => Name === 'ExecutedVersion' || Name === 'version');
    const counts = isOfVersion
      ? fresh
      : { requests: fresh.requests + old.requests, failures: fresh.failures + old.failures };
    if (MetricName === 'Invocations') return counts.requests || undefined;
    // A metric that counts nothing has no values.
    return (Namespace === 'AWS/Lambda') === areCrashes ? counts.failures || undefined : undefined;
  };
  return isAbove(alarm, read);
}

/** A repeatable source of numbers from 0 to below 1 (a linear congruential generator). */
function random(seed: number): () => number {
  let state = (seed * 2654435761) % 2 ** 32;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What fails in a minute of the deployment, as shares of the requests. */
type Faults = (minute: number) => { fresh: number; old: number };

/**
 * A canary deployment of 15 minutes, looked at each minute over the ten before.
 * @returns the minute at whose end it is rolled back.
 */
function deploy(route: string, chatsAnHour: number, faults: Faults, seed: number): number | undefined {
  const next = random(seed);
  const minutes: { fresh: Counts; old: Counts }[] = [];
  const none = (): Counts => ({ requests: 0, failures: 0 });
  // Ten minutes of the old version alone came before.
  for (let minute = -10; minute < 15; minute += 1) {
    const counts = { fresh: none(), old: none() };
    minutes.push(counts);
    const rate = (chatsAnHour * (CHAT[route] ?? 0)) / 60;
    for (let at = -Math.log(1 - next()) / rate; at < 1; at += -Math.log(1 - next()) / rate) {
      const version = minute >= 0 && next() < 0.1 ? 'fresh' : 'old';
      counts[version].requests += 1;
      if (next() < faults(minute)[version]) counts[version].failures += 1;
    }
    if (minute < 0) continue;
    const total = (version: 'fresh' | 'old') =>
      minutes.slice(-10).reduce<Counts>(
        (sum, { [version]: one }) => ({
          requests: sum.requests + one.requests,
          failures: sum.failures + one.failures,
        }),
        none(),
      );
    if (isRaised(route, total('fresh'), total('old'))) return minute;
  }
  return undefined;
}

const RATES = [1, 10, 100, 300, 1000];
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const runs = (rates: number[], faults: Faults) =>
  Object.keys(CHAT).flatMap((route) =>
    rates.flatMap((rate) =>
      SEEDS.map((seed) => ({ route, rate, minute: deploy(route, rate, faults, seed) })),
    ),
  );

/** DynamoDB throttles, or is away, for these minutes. */
const fault =
  (share: number, from: number, to: number): Faults =>
  (minute) =>
    minute >= from && minute < to ? { fresh: share, old: share } : { fresh: 0, old: 0 };

describe('the rollback alarm', () => {
  it('is there for each route, and looks at that route alone', () => {
    expect([...alarms.keys()].sort()).toEqual(routes.map(({ id }) => id).sort());
    for (const [route, { Metrics = [] }] of alarms)
      for (const { MetricStat: metric } of Metrics)
        if (metric) expect(JSON.stringify(metric.Metric.Dimensions)).toContain(`{"Ref":"${route}`);
  });

  it.each([false, true])(
    'is raised when three requests to a new version have all failed: crashes %s',
    (areCrashes) => {
      const old = { requests: 27, failures: 0 };
      for (const route of alarms.keys()) {
        expect(isRaised(route, { requests: 2, failures: 2 }, old, areCrashes)).toBe(false);
        expect(isRaised(route, { requests: 3, failures: 3 }, old, areCrashes)).toBe(true);
        expect(isRaised(route, { requests: 3, failures: 2 }, old, areCrashes)).toBe(false);
      }
    },
  );

  it('is not raised where no other version serves: after the shift, and between deployments', () => {
    const none = { requests: 0, failures: 0 };
    for (const failures of [3, 4, 100, 10_000])
      expect(isRaised('GetSession', { requests: 10_000, failures }, none)).toBe(false);
    // Four minutes after the shift: six minutes of the window were the canary's.
    expect(isRaised('GetSession', { requests: 460, failures: 200 }, { requests: 540, failures: 0 })).toBe(
      false,
    );
  });

  it('is not raised when the version before fails as well', () => {
    expect(isRaised('GetSession', { requests: 30, failures: 30 }, { requests: 270, failures: 270 })).toBe(
      false,
    );
    expect(isRaised('GetSession', { requests: 30, failures: 6 }, { requests: 270, failures: 50 })).toBe(
      false,
    );
  });

  it.each([
    [30, 9, 270, 0],
    [300, 30, 2700, 20],
    [3000, 90, 27_000, 270],
  ])('is raised when it fails clearly more often: %d requests, %d failures; before %d, %d', (n, f, m, g) => {
    expect(isRaised('GetSession', { requests: n, failures: f }, { requests: m, failures: g })).toBe(true);
  });

  it('rolls a broken route back as soon as it has failed three requests, at any rate', () => {
    const broken: Faults = () => ({ fresh: 1, old: 0 });
    const results = runs([1000], broken);
    // A thousand chats an hour are 1.7 creates a minute for the new version.
    for (const { minute } of results) expect(minute).toBeLessThan(10);
    const busy = runs([100, 300], broken).filter(({ route }) => CHAT[route] !== 1);
    for (const { minute } of busy) expect(minute).toBeLessThan(10);
  });

  it('rolls a route back that fails a fifth of its requests, with 300 chats an hour', () => {
    for (const { route, minute } of runs([300, 1000], () => ({ fresh: 0.2, old: 0 })))
      if (CHAT[route] !== 1) expect(minute).toBeLessThan(15);
  });

  it.each([
    ['nothing fails', fault(0, 0, 0)],
    ['one in a thousand fails', fault(0.001, -10, 15)],
    ['one in fifty fails', fault(0.02, -10, 15)],
    ['DynamoDB throttles for a minute before', fault(0.5, -3, -2)],
    ['DynamoDB throttles for a minute', fault(0.5, 4, 5)],
    ['DynamoDB throttles a few for a minute', fault(0.1, 4, 5)],
    ['DynamoDB is away for a minute', fault(1, 6, 7)],
    ['DynamoDB is away for five minutes', fault(1, 6, 11)],
    ['DynamoDB is away all the time', fault(1, -10, 15)],
  ])('leaves a good version alone at 1 to 1,000 chats an hour when %s', (_what, faults) => {
    expect(runs(RATES, faults).filter(({ minute }) => minute !== undefined)).toEqual([]);
  });
});
