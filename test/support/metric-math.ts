/** Evaluates CloudWatch's metric math for one point in time, as far as the alarms use it. */

export interface MetricStat {
  Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: unknown }[] };
  Period: number;
  Stat: string;
}

interface Query {
  Id: string;
  Expression?: string;
  MetricStat?: MetricStat;
  ReturnData?: boolean;
}

/** The properties of an AWS::CloudWatch::Alarm. */
export interface AlarmProperties extends Partial<Omit<MetricStat['Metric'], never>> {
  Metrics?: Query[];
  Period?: number;
  Statistic?: string;
  ExtendedStatistic?: string;
  Threshold: number;
}

const FUNCTIONS = {
  IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
  FILL: (value: number, missing: number) => (Number.isNaN(value) ? missing : value),
  ABS: Math.abs,
  SUM: (values: number[]) => values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0),
};

/**
 * Whether the alarm's value is above its threshold.
 * @param read a metric's value; undefined where it has none.
 */
export function isAbove(alarm: AlarmProperties, read: (metric: MetricStat) => number | undefined): boolean {
  const { Metrics, Namespace = '', MetricName = '', Dimensions = [], Period = 0, Threshold } = alarm;
  const Stat = alarm.Statistic ?? alarm.ExtendedStatistic ?? '';
  // Of no value above nor below anything: missing data does not breach.
  if (!Metrics)
    return (read({ Metric: { Namespace, MetricName, Dimensions }, Period, Stat }) ?? Number.NaN) > Threshold;
  const values = new Map(
    Metrics.flatMap(({ Id, MetricStat: metric }) =>
      metric ? [[Id, read(metric) ?? Number.NaN] as const] : [],
    ),
  );
  const [{ Expression = '' } = {}] = Metrics.filter(({ ReturnData }) => ReturnData !== false);
  return evaluate(Expression, values) > Threshold;
}

function evaluate(expression: string, values: ReadonlyMap<string, number>): number {
  const METRICS = (prefix: string) =>
    [...values].filter(([id]) => id.startsWith(prefix)).map(([, value]) => value);
  const source = expression.replaceAll(' AND ', ' && ').replaceAll(' OR ', ' || ').replaceAll('^', '**');
  const scope = { ...FUNCTIONS, METRICS, ...Object.fromEntries(values) };
  return Number(new Function(...Object.keys(scope), `return ${source}`)(...Object.values(scope)));
}
