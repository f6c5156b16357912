import { Duration } from 'aws-cdk-lib'
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { type AlarmKind, type AlarmRule, addAlarm } from '../../constructs/alarms.ts'
import { nameOf, type Platform } from '../../constructs/platform.ts'
import { apiMetrics, awsMetric, ownMetric, runnerMetric } from './metrics.ts'
import type { Observed } from './observed.ts'

type Add = (kind: AlarmKind, subject: string, metric: IMetric, rule: AlarmRule) => void

const ONE_MINUTE = Duration.minutes(1)

/** Every alarm of one copy. What it means and what to do stands in the runbook under the heading of its kind. */
export const addAlarms = (scope: Construct, platform: Platform, topic: ITopic, observed: Observed): void => {
  const add: Add = (kind, subject, metric, rule) => addAlarm(scope, platform, topic, kind, subject, metric, rule)
  queueAlarms(add, platform)
  functionAlarms(add, platform, observed)
  eventAlarms(add, platform, observed)
  whatsAppAlarms(add, platform)
  runnerAlarms(add, observed)
  storeAlarms(add, observed)
}

const queueAlarms = (add: Add, platform: Platform): void => {
  const { watched } = platform
  for (const name of watched.deadQueues) {
    const visible = awsMetric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: name }, MAXIMUM)
    add('deadLetters', subjectOf(platform, name), visible, { above: 0 })
  }
  for (const { name, maxAgeSeconds } of watched.workQueues) {
    if (maxAgeSeconds === undefined) continue
    const age = awsMetric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: name }, MAXIMUM)
    add('queueAge', subjectOf(platform, name), age, { above: maxAgeSeconds, periods: 2 })
  }
}

const functionAlarms = (add: Add, platform: Platform, observed: Observed): void => {
  for (const name of platform.watched.functions) {
    add('functionErrors', subjectOf(platform, name), awsMetric('AWS/Lambda', 'Errors', { FunctionName: name }), {
      above: 2,
    })
  }
  // Without a dimension this counts all functions: throttling strikes the account, not one of them.
  add('throttles', 'functions', awsMetric('AWS/Lambda', 'Throttles', {}), { above: 0, periods: 3, datapoints: 2 })
  for (const { subject, requests, failed } of apiMetrics(observed)) {
    add('httpErrors', subject, failedShare(requests, failed), { above: 2, periods: 2 })
  }
}

/** A share, but not of next to nothing: one failure among three requests at night is no incident. */
const failedShare = (total: IMetric, failed: IMetric): MathExpression =>
  new MathExpression({
    expression: 'IF(total > 20, 100 * failed / total, 0)',
    usingMetrics: { failed, total },
    period: Duration.minutes(5),
    label: '5xx, %',
  })

const eventAlarms = (add: Add, { settings: { environment } }: Platform, { pipeName }: Observed): void => {
  for (const metricName of ['ExecutionFailed', 'ExecutionThrottled', 'ExecutionTimeout']) {
    const executions = awsMetric('AWS/EventBridge/Pipes', metricName, { PipeName: pipeName })
    add('pipe', metricName, executions, { above: 0, periods: 2 })
  }
  add('eventAge', 'subscribers', ownMetric(environment, 'EventAge', 'p95'), { above: 5000, periods: 2 })
  // The median: one receiver that is down must not hide whether the others get theirs in time.
  add('deliveryLatency', 'deliveries', ownMetric(environment, 'DeliveryLatency', 'p50'), { above: 10_000, periods: 2 })
  add('unprojectable', 'events', ownMetric(environment, 'EventUnprojectable', 'Sum'), { above: 0 })
  // A single dead receiver is its owner's matter and shows in the delivery log; many at once are ours.
  add('deliveryFailures', 'deliveries', ownMetric(environment, 'DeliveryExhausted', 'Sum'), { above: 100 })
}

const whatsAppAlarms = (add: Add, { settings: { environment } }: Platform): void => {
  const perMinute = { period: ONE_MINUTE }
  const ownerless = ownMetric(environment, 'OwnerlessShards', 'Minimum', perMinute)
  add('ownerlessShards', 'shards', ownerless, { above: 0, periods: 3 })
  add('clientOutdated', 'client', runnerMetric(environment, 'ClientOutdated', 'Sum', perMinute), { above: 0 })
  add('restrictions', 'restricted', runnerMetric(environment, 'NumberRestricted', 'Sum'), { above: 2 })
  add('restrictions', 'banned', runnerMetric(environment, 'NumberBanned', 'Sum'), { above: 0 })
  add('sendLatency', 'p95', runnerMetric(environment, 'SendToAck', 'p95'), { above: 5000, periods: 3 })
  add('sendFailures', 'refused', runnerMetric(environment, 'MessagesRefused', 'Sum'), { above: 10 })
  add('sendFailures', 'failed', ownMetric(environment, 'SendFailed', 'Sum'), { above: 0 })
  add('storeFailures', 'runner', runnerMetric(environment, 'StoreFailed', 'Sum'), { above: 0, periods: 2 })
  add('leasesLost', 'runner', runnerMetric(environment, 'LeaseLost', 'Sum'), { above: 2 })
}

const runnerAlarms = (add: Add, { fleet }: Observed): void => {
  const service = { ClusterName: fleet.clusterName, ServiceName: fleet.serviceName }
  const average = { statistic: 'Average', period: ONE_MINUTE }
  const missing = new MathExpression({
    expression: 'wanted - running',
    usingMetrics: {
      wanted: awsMetric('ECS/ContainerInsights', 'DesiredTaskCount', service, average),
      running: awsMetric('ECS/ContainerInsights', 'RunningTaskCount', service, average),
    },
    period: ONE_MINUTE,
    label: 'missing tasks',
  })
  add('runnersMissing', 'runner', missing, { above: 0, periods: 10, missingIsBreaching: true })
  const memory = awsMetric('AWS/ECS', 'MemoryUtilization', service, MAXIMUM)
  add('runnerMemory', 'runner', memory, { above: 85, periods: 2 })
}

const storeAlarms = (add: Add, { tables }: Observed): void => {
  for (const [at, TableName] of tables.entries()) {
    const subject = at === 0 ? 'main' : 'session'
    for (const metricName of ['WriteThrottleEvents', 'ReadThrottleEvents']) {
      const events = awsMetric('AWS/DynamoDB', metricName, { TableName })
      add('storeThrottled', `${subject}-${metricName}`, events, { above: 0, periods: 2 })
    }
  }
}

const MAXIMUM = { statistic: 'Maximum' } as const

/** What is left of a resource's name when the product and the environment are taken off. */
const subjectOf = (platform: Platform, name: string): string => name.slice(nameOf(platform, '').length)
