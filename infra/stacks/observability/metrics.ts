import { Duration } from 'aws-cdk-lib'
import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import { METRIC_NAMESPACE } from '#kit/metric-namespace.ts'
import { METRICS, type MetricName } from '#kit/metrics.ts'
import type { CounterName, TimerName } from '#runner/metrics.ts'
import type { Observed } from './observed.ts'

/** One of the product's own metrics of an environment, in total or for one value of its dimension. */
export const ownMetric = (
  environment: string,
  name: MetricName,
  statistic: string,
  options: { split?: string; period?: Duration; label?: string } = {},
): Metric => {
  const { dimension } = METRICS[name]
  const split: Record<string, string> = dimension && options.split ? { [dimension]: options.split } : {}
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    statistic,
    period: options.period ?? Duration.minutes(5),
    label: options.label ?? options.split,
    dimensionsMap: { environment, ...split },
  })
}

/** A metric of the session-runner's tasks, all together. */
export const runnerMetric = (
  environment: string,
  name: CounterName | TimerName,
  statistic: string,
  options: { period?: Duration; label?: string } = {},
): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    statistic,
    period: options.period ?? Duration.minutes(5),
    label: options.label ?? name,
    dimensionsMap: { environment, service: 'session-runner' },
  })

/** Sessions of the whole fleet, one graph per connection state that any task reports. For dashboards only. */
export const sessionStates = (environment: string): MathExpression =>
  search(`{${METRIC_NAMESPACE},environment,service} MetricName=Sessions environment="${environment}"`, 'Sum')

/** All values of a metric's dimension as one graph: new values appear by themselves. For dashboards only, not for alarms. */
export const splitMetric = (environment: string, name: MetricName, statistic: string): MathExpression => {
  const dimension = METRICS[name].dimension ?? 'environment'
  return search(
    `{${METRIC_NAMESPACE},${dimension},environment} MetricName="${name}" environment="${environment}"`,
    statistic,
  )
}

const search = (terms: string, statistic: string): MathExpression =>
  new MathExpression({
    expression: `SEARCH('${terms}', '${statistic}', 60)`,
    usingMetrics: {},
    label: '',
    period: Duration.minutes(1),
  })

/** A metric of an AWS service by its literal dimensions. */
export const awsMetric = (
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  options: MetricOptions = {},
): Metric =>
  new Metric({ namespace, metricName, dimensionsMap, statistic: 'Sum', period: Duration.minutes(5), ...options })

/** How many requests each API had, and how many of them it answered with 5xx. */
export const apiMetrics = ({
  httpApiId,
  streamApiName,
}: Observed): { subject: string; requests: Metric; failed: Metric }[] => {
  const of = (subject: string, dimensions: Record<string, string>, failed: string) => ({
    subject,
    requests: awsMetric('AWS/ApiGateway', 'Count', dimensions, { label: subject }),
    failed: awsMetric('AWS/ApiGateway', failed, dimensions, { label: `${subject} 5xx` }),
  })
  const streams = streamApiName ? [of('streams', { ApiName: streamApiName }, '5XXError')] : []
  return [of('http', { ApiId: httpApiId }, '5xx'), ...streams]
}
