import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { nameOf, type Platform } from './platform.ts'

/** Heading in docs/runbook.md of everything that raises an alarm. Several alarms of one kind share a heading. */
export const ALARM_HEADINGS = {
  deadLetters: 'Dead letters are waiting',
  queueAge: 'A queue falls behind',
  httpErrors: 'The API answers with 5xx',
  functionErrors: 'A function fails',
  throttles: 'Functions are throttled',
  pipe: 'The event pipe fails',
  eventAge: 'Events are late',
  ownerlessShards: 'Shards without an owner',
  clientOutdated: 'WhatsApp refuses the client as outdated',
  restrictions: 'WhatsApp restricts numbers',
  sendLatency: 'Sends are slow',
  sendFailures: 'Sends fail',
  deliveryLatency: 'Deliveries are slow',
  unprojectable: 'An event cannot be made',
  deliveryFailures: 'Deliveries are given up',
  storeFailures: 'Session-runners cannot reach the store',
  leasesLost: 'Leases are lost',
  storeThrottled: 'The store throttles',
  runnersMissing: 'Fewer session-runners than wanted',
  runnerMemory: 'Session-runners are short of memory',
} as const

/** A kind of alarm. */
export type AlarmKind = keyof typeof ALARM_HEADINGS

/** When an alarm is raised: above `threshold` in `datapoints` of the last `periods` periods of the metric. */
export type AlarmRule = { above: number; periods?: number; datapoints?: number; missingIsBreaching?: boolean }

/** Anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')

/** Makes an alarm whose description says where in the runbook to go on reading, and which tells the operators. */
export const addAlarm = (
  scope: Construct,
  platform: Platform,
  topic: ITopic,
  kind: AlarmKind,
  subject: string,
  metric: IMetric,
  rule: AlarmRule,
): Alarm => {
  const heading = ALARM_HEADINGS[kind]
  const alarm = new Alarm(scope, `${kind}-${subject}`, {
    alarmName: nameOf(platform, `${kind}-${subject}`),
    alarmDescription: `${heading} (${subject}). See docs/runbook.md#${anchorOf(heading)}`,
    metric,
    threshold: rule.above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: rule.periods ?? 1,
    datapointsToAlarm: rule.datapoints ?? rule.periods ?? 1,
    treatMissingData: rule.missingIsBreaching ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  })
  alarm.addAlarmAction(new SnsAction(topic))
  alarm.addOkAction(new SnsAction(topic))
  return alarm
}
