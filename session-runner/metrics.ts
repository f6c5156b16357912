import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics'

/** Counted things of a runner. */
export type CounterName =
  | 'MessagesSent'
  | 'MessagesRefused'
  | 'MessagesUnanswered'
  | 'MessagesFailed'
  | 'MessagesReceived'
  | 'DecryptFailed'
  | 'Reconnects'
  | 'LeaseLost'
  | 'ClientOutdated'
  | 'NumberBanned'
  | 'NumberRestricted'
  | 'StoreFailed'
  | 'MediaFailed'
  | 'HistoryStored'
  | 'HistoryFailed'
  | 'CommandsFailed'
  | 'ZombieConnections'

/** Measured durations, in milliseconds. */
export type TimerName = 'SendToFrame' | 'SendToAck' | 'ReceiveToStored'

/** Values a timer keeps between two publications; an EMF document takes at most 100. */
const KEPT = 100

/**
 * Metrics of a task: counted in memory and published once a period as embedded-metric documents (CloudWatch reads them from
 * the log), so that a busy task does not write a line per message.
 */
export const makeMetrics = (environment: string) => {
  const counters = new Map<CounterName, number>()
  const totals = new Map<CounterName, number>()
  const timers = new Map<TimerName, { seen: number; values: number[] }>()
  let publisher: PowertoolsMetrics | undefined

  return {
    count: (name: CounterName, by = 1): void => {
      counters.set(name, (counters.get(name) ?? 0) + by)
      totals.set(name, (totals.get(name) ?? 0) + by)
    },

    /** Notes a duration; of many, a fair sample is kept. */
    time: (name: TimerName, ms: number): void => {
      const timer = timers.get(name) ?? { seen: 0, values: [] }
      timers.set(name, timer)
      timer.seen += 1
      if (timer.values.length < KEPT) timer.values.push(ms)
      else if (Math.random() < KEPT / timer.seen) timer.values[Math.floor(Math.random() * KEPT)] = ms
    },

    /** Counts since the start, for the health page and tests. */
    totals: (): Record<string, number> => Object.fromEntries(totals),

    /** Publishes and begins anew. `gauges` are present values such as sessions by state. */
    publish: (gauges: Record<string, number>): void => {
      publisher ??= new PowertoolsMetrics({
        namespace: 'Switchboard',
        serviceName: 'session-runner',
        defaultDimensions: { environment },
      })
      for (const [name, value] of Object.entries(gauges)) {
        publisher.addMetric(name, name.endsWith('Bytes') ? MetricUnit.Bytes : MetricUnit.Count, value)
      }
      for (const [name, value] of counters) publisher.addMetric(name, MetricUnit.Count, value)
      for (const [name, timer] of timers) {
        for (const value of timer.values) publisher.addMetric(name, MetricUnit.Milliseconds, value)
      }
      publisher.publishStoredMetrics()
      counters.clear()
      timers.clear()
    },
  }
}

/** Metrics of a task. */
export type Metrics = ReturnType<typeof makeMetrics>
