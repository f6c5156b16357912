import { METRIC_NAMESPACE } from './metric-namespace.ts'

type Unit = 'Count' | 'Milliseconds'

/**
 * The metrics that functions emit; those of the session-runner are declared beside it. The dashboard and the alarms read
 * them by these names; `dimension` names what a value is split by, beside the environment.
 */
export const METRICS = {
  /** Gauge, once a minute: shards whose lease nobody holds. */
  OwnerlessShards: { unit: 'Count', dimension: undefined },
  /** A send that ended as failed, by reason code. */
  SendFailed: { unit: 'Count', dimension: 'reason' },
  /** From an event's time to the receiver's 2xx, by transport. */
  DeliveryLatency: { unit: 'Milliseconds', dimension: 'transport' },
  /** One attempt that failed, by transport. */
  DeliveryFailed: { unit: 'Count', dimension: 'transport' },
  /** A delivery that was given up, by transport. */
  DeliveryExhausted: { unit: 'Count', dimension: 'transport' },
  /** A changed item announced an event that could not be made from it. */
  EventUnprojectable: { unit: 'Count', dimension: undefined },
  /** From an event's time to the start of a subscriber. */
  EventAge: { unit: 'Milliseconds', dimension: 'subscriber' },
} as const satisfies Record<string, { unit: Unit; dimension: string | undefined }>

/** Name of a metric. */
export type MetricName = keyof typeof METRICS

/** One line of CloudWatch's embedded metric format. Written to the log, it becomes a metric there without a call. */
export const metricLine = (
  environment: string,
  nowMs: number,
  name: MetricName,
  value: number,
  split?: string,
): string => {
  const { unit, dimension } = METRICS[name]
  const bySplit = dimension !== undefined && split !== undefined
  return JSON.stringify({
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: bySplit ? [['environment'], ['environment', dimension]] : [['environment']],
          Metrics: [{ Name: name, Unit: unit }],
        },
      ],
    },
    environment,
    ...(bySplit ? { [dimension]: split } : {}),
    [name]: value,
  })
}

/** Records a value of one of the product's metrics. `split` is the value of the metric's dimension; never personal data. */
export const emitMetric = (name: MetricName, value: number, split?: string): void => {
  process.stdout.write(`${metricLine(process.env.ENVIRONMENT ?? 'local', Date.now(), name, value, split)}\n`)
}
