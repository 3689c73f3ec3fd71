import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRIC_NAMESPACE, METRICS } from '../../../functions/observability/metrics.ts';
import { INDEXES } from '../../../functions/session/store/query.ts';
import { alarms } from '../../../infra/monitoring/alarms.ts';
import { ROLLBACK_MEANING } from '../../../infra/monitoring/rollback.ts';
import { type AlarmProperties, isAbove } from '../../support/metric-math.ts';
import { synthesizeTemplate } from '../../support/stack.ts';

/** AWS's own metrics of an API, a function and a table (developer guides, "Metrics and dimensions"). */
const OF_AWS: Record<string, string[]> = {
  'AWS/ApiGateway': ['Count', '4xx', '5xx', 'Latency', 'IntegrationLatency'],
  'AWS/Lambda': ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions', 'IteratorAge'],
  'AWS/Scheduler': ['InvocationDroppedCount'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible'],
  'AWS/DynamoDB': [
    'ConsumedReadCapacityUnits',
    'ConsumedWriteCapacityUnits',
    'ReadThrottleEvents',
    'WriteThrottleEvents',
    'TimeToLiveDeletedItemCount',
  ],
};

interface Widget {
  type: string;
  properties: { metrics?: unknown[][]; alarms?: string[] };
}

type Intrinsic = { 'Fn::Join'?: [string, unknown[]]; Ref?: string; 'Fn::GetAtt'?: string[] };

/** A value with the logical ids of the resources that it refers to. */
function resolved(value: unknown): string {
  const { 'Fn::Join': join, Ref: reference, 'Fn::GetAtt': attribute } = (value ?? {}) as Intrinsic;
  if (join) return join[1].map(resolved).join(join[0]);
  return String(reference ?? attribute?.[0] ?? value);
}

describe('on call', () => {
  let template: Template;
  let widgets: Widget[];
  beforeAll(async () => {
    template = await synthesizeTemplate({
      auth: 'api-key',
      alarmEmail: 'on-call@example.com',
      events: 'on',
    });
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    widgets = JSON.parse(resolved(dashboard?.['Properties'].DashboardBody)).widgets;
  });

  /** The names of our own metrics that the stack emits: by its functions, or by filters on its logs. */
  function ownMetrics(): string[] {
    const filters = Object.values(template.findResources('AWS::Logs::MetricFilter'));
    const filtered = filters.flatMap(({ Properties: properties }) =>
      properties.MetricTransformations.map(({ MetricName: name }: { MetricName: string }) => name),
    );
    return [...Object.keys(METRICS), ...filtered];
  }

  /** The metrics of a stack by service, as far as they can be checked: what emits them is in the template. */
  function assertEmitted(namespace: string, name: string, dimensions: Record<string, string>): void {
    const resources = template.toJSON()['Resources'];
    if (namespace === METRIC_NAMESPACE) {
      expect(ownMetrics()).toContain(name);
      if (name in METRICS) expect(dimensions).toEqual({ service: 'Sessions-dev' });
    } else {
      expect(OF_AWS[namespace]).toContain(name);
      // Functions are throttled over the account; an index is named beside its table.
      const { GlobalSecondaryIndexName: index, ...resource } = dimensions;
      if (index) expect(Object.values(INDEXES)).toContain(index);
      const values = Object.values(resource);
      expect(values).toHaveLength(name === 'Throttles' ? 0 : 1);
      for (const value of values) expect(Object.keys(resources)).toContain(value);
    }
  }

  it('shows on the dashboard only metrics that the stack emits', () => {
    const shown = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const metrics = shown.filter(([first]) => typeof first === 'string');
    expect(metrics.length).toBeGreaterThan(25);
    for (const [namespace, name, ...rest] of metrics) {
      const pairs = rest.filter((part) => typeof part === 'string');
      const dimensions = Object.fromEntries(
        pairs.flatMap((part, index) => (index % 2 === 0 ? [[part, String(pairs[index + 1])]] : [])),
      );
      assertEmitted(String(namespace), String(name), dimensions);
    }
  });

  it('shows every alarm on the dashboard', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(shown).toHaveLength(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length);
  });

  it('raises alarms only on metrics that the stack emits', () => {
    const found = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    for (const { Properties: properties } of found) {
      const metrics = properties.Metrics?.flatMap(
        (one: { MetricStat?: { Metric: object } }) => one.MetricStat?.Metric ?? [],
      );
      for (const { Namespace, MetricName, Dimensions = [] } of metrics ?? [properties]) {
        const dimensions = Dimensions.map(({ Name, Value }: { Name: string; Value: unknown }) => [
          Name,
          resolved(Value),
        ]);
        assertEmitted(Namespace, MetricName, Object.fromEntries(dimensions));
      }
    }
  });

  it('tells who is on call of every alarm, and when it is over', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
    const topic = [{ Ref: Object.keys(template.findResources('AWS::SNS::Topic'))[0] }];
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: topic, OKActions: topic });
    // Alarms of this account only may publish to it.
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sns:Publish',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it('raises the alarms that this kind of access can have', async () => {
    const names = (of: Template) =>
      Object.values(of.findResources('AWS::CloudWatch::Alarm'))
        .map(({ Properties: properties }) => properties.AlarmName.replace('Sessions-dev-', ''))
        .sort();
    expect(names(template)).toEqual(alarms.map(({ id }) => id).sort());
    const open = await synthesizeTemplate();
    expect(names(open)).not.toContain('KeysUnreadable');
    expect(names(open)).not.toContain('AccessRefused');
    expect(names(open)).not.toContain('EventsLate');
    open.resourceCountIs('AWS::SNS::Topic', 0);
  });

  it('notices an index that DynamoDB throttles, which holds up the writes to its table', () => {
    const [alarm] = Object.values(
      template.findResources('AWS::CloudWatch::Alarm', {
        Properties: { AlarmName: 'Sessions-dev-TableThrottles' },
      }),
    );
    const dimensions = JSON.stringify(alarm?.['Properties'].Metrics);
    for (const index of Object.values(INDEXES)) expect(dimensions).toContain(`"Value":"${index}"`);
  });

  it('looks with its alarms at as many metrics as the cost page says', async () => {
    const looked = (of: Template) =>
      Object.values(of.findResources('AWS::CloudWatch::Alarm')).flatMap(
        ({ Properties: { Metrics: metrics } }) =>
          metrics?.filter((one: { MetricStat?: object }) => one.MetricStat) ?? [{}],
      ).length;
    const costs = readFileSync(new URL('../../../docs/costs.md', import.meta.url), 'utf8');
    expect(costs).toContain(`${looked(await synthesizeTemplate())} with \`auth=none\``);
    expect(costs).toContain(`and up to ${looked(template)} |`);
    // Ten are free.
    const dollars = (metrics: number) => (0.1 * metrics).toFixed(2);
    const [fewest, most] = [looked(await synthesizeTemplate()) - 10, looked(template) - 10];
    expect(costs).toContain(`| alarms | ${dollars(fewest)} to ${dollars(most)} a month |`);
    const ofCanaries = async (list: string) => {
      const settings = { stage: 'prod', auth: 'none', list };
      const atOnce = await synthesizeTemplate({ ...settings, deploy: 'at-once' });
      return looked(await synthesizeTemplate(settings)) - looked(atOnce);
    };
    expect(costs).toContain(
      `${dollars(await ofCanaries('off'))} to ${dollars(await ofCanaries('on'))} a month | 0.10 for each of`,
    );
    expect(costs).toContain(
      `${await ofCanaries('off')} with \`list=off\`, and up to ${await ofCanaries('on')}. While`,
    );
  });

  it.each<[alarm: string, isRaised: boolean, values: Record<string, number>]>([
    ['ServerErrors', false, { '5xx': 2, Count: 2 }],
    ['ServerErrors', true, { '5xx': 3, Count: 299 }],
    ['ServerErrors', false, { '5xx': 3, Count: 300 }],
    ['Latency', false, { Latency: 5000, Count: 99 }],
    ['Latency', true, { Latency: 1001, Count: 100 }],
    ['Latency', false, { Latency: 1000, Count: 100 }],
    ['FunctionErrors', false, {}],
    ['FunctionErrors', true, { Errors: 1 }],
    ['OtherFunctionErrors', false, {}],
    ['OtherFunctionErrors', true, { Errors: 1 }],
    ['ApiThrottles', false, { 'ApiThrottles-Sessions-dev': 10 }],
    ['ApiThrottles', true, { 'ApiThrottles-Sessions-dev': 11 }],
    ['FunctionThrottles', true, { Throttles: 1 }],
    ['FunctionThrottles', false, {}],
    ['TableThrottles', false, { WriteThrottleEvents: 3, ReadThrottleEvents: 1 }],
    ['TableThrottles', true, { WriteThrottleEvents: 3, ReadThrottleEvents: 2 }],
    ['CorruptItems', true, { CorruptItems: 1 }],
    ['CorruptItems', false, {}],
    ['AccessRefused', false, { 'AccessRefused-Sessions-dev': 100 }],
    ['AccessRefused', true, { 'AccessRefused-Sessions-dev': 101 }],
    ['KeysUnreadable', true, { KeysUnreadable: 1 }],
    ['KeysUnreadable', false, {}],
    ['PurgeStalled', true, { SessionsCreated: 2, SessionsDeleted: 1 }],
    ['PurgeStalled', false, { SessionsCreated: 2, SessionsDeleted: 1, TimeToLiveDeletedItemCount: 1 }],
    ['PurgeStalled', false, { SessionsCreated: 2, SessionsDeleted: 2 }],
    ['PurgeStalled', false, {}],
  ])('raises by its own expression %s: %s, with %j', (id, isRaised, values) => {
    const [alarm] = Object.values(
      template.findResources('AWS::CloudWatch::Alarm', { Properties: { AlarmName: `Sessions-dev-${id}` } }),
    );
    const properties = alarm?.['Properties'] as AlarmProperties;
    expect(isAbove(properties, ({ Metric: { MetricName } }) => values[MetricName])).toBe(isRaised);
  });

  it('has an entry in the runbook for each alarm, with its meaning, a query and what to do', () => {
    const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
    for (const { id, meaning } of [...alarms, { id: 'Rollback', meaning: ROLLBACK_MEANING }]) {
      const [, entry = ''] = runbook.split(`\n### ${id}\n`);
      const text = entry.split(/\n##/)[0] ?? '';
      expect(text, `no entry for ${id}`).toContain(`Meaning: ${meaning}.`);
      expect(text).toMatch(/\nLook: /);
      expect(text).toMatch(/\nDo: /);
    }
  });

  it('names in the runbook every metric of our own', () => {
    const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
    for (const [name, what] of Object.entries(METRICS))
      expect(runbook).toContain(`| \`${name}\` | ${what} |`);
  });
});
