import { Dashboard, GraphWidget, type IMetric, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { nameOf, type Platform } from '../../constructs/platform.ts'
import { apiMetrics, awsMetric, ownMetric, runnerMetric, sessionStates, splitMetric } from './metrics.ts'
import type { Observed } from './observed.ts'

/** The dashboard of one copy: what users feel first, then what carries it, then what costs money. */
export const addDashboard = (scope: Construct, platform: Platform, observed: Observed): Dashboard => {
  const dashboard = new Dashboard(scope, 'Dashboard', { dashboardName: nameOf(platform, 'overview') })
  for (const [title, row] of [
    ['Numbers and messages', messageRow(platform)],
    ['Queues and events', queueRow(platform)],
    ['API and functions', apiRow(platform, observed)],
    ['Session-runners and store', runnerRow(observed)],
    ['What costs money', costRow(platform, observed)],
  ] as const) {
    dashboard.addWidgets(new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 }))
    dashboard.addWidgets(...row)
  }
  return dashboard
}

const graph = (title: string, left: IMetric[], options: { right?: IMetric[]; stacked?: boolean } = {}): IWidget =>
  new GraphWidget({ title, left, width: 6, height: 6, ...options })

const messageRow = ({ settings: { environment } }: Platform): IWidget[] => [
  graph('Sessions by state', [sessionStates(environment)], { stacked: true }),
  graph('From request to WhatsApp and its ack, ms', [
    runnerMetric(environment, 'SendToFrame', 'p95', { label: 'frame p95' }),
    runnerMetric(environment, 'SendToAck', 'p50', { label: 'ack p50' }),
    runnerMetric(environment, 'SendToAck', 'p95', { label: 'ack p95' }),
  ]),
  graph('Delivery latency, ms', [
    ownMetric(environment, 'DeliveryLatency', 'p50', { label: 'p50' }),
    ownMetric(environment, 'DeliveryLatency', 'p95', { label: 'p95' }),
  ]),
  graph(
    'Restrictions, refused sends, reconnects',
    (
      ['NumberRestricted', 'NumberBanned', 'MessagesRefused', 'MessagesFailed', 'Reconnects', 'ClientOutdated'] as const
    ).map((name) => runnerMetric(environment, name, 'Sum')),
  ),
]

const queueRow = ({ settings: { environment }, watched }: Platform): IWidget[] => [
  graph(
    'Age of the oldest message, s',
    watched.workQueues.map(({ name }) =>
      awsMetric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: name }, { statistic: 'Maximum', label: name }),
    ),
  ),
  graph(
    'Dead letters',
    watched.deadQueues.map((name) =>
      awsMetric(
        'AWS/SQS',
        'ApproximateNumberOfMessagesVisible',
        { QueueName: name },
        { statistic: 'Maximum', label: name },
      ),
    ),
  ),
  graph('Age of events at subscribers, ms', [splitMetric(environment, 'EventAge', 'p95')]),
  graph('Failed and given up deliveries', [
    splitMetric(environment, 'DeliveryFailed', 'Sum'),
    splitMetric(environment, 'DeliveryExhausted', 'Sum'),
  ]),
]

const apiRow = ({ watched }: Platform, observed: Observed): IWidget[] => [
  graph(
    'Requests and 5xx',
    apiMetrics(observed).map(({ requests }) => requests),
    { right: apiMetrics(observed).map(({ failed }) => failed) },
  ),
  graph('Latency, ms', [
    awsMetric('AWS/ApiGateway', 'Latency', { ApiId: observed.httpApiId }, { statistic: 'p50', label: 'p50' }),
    awsMetric('AWS/ApiGateway', 'Latency', { ApiId: observed.httpApiId }, { statistic: 'p95', label: 'p95' }),
  ]),
  graph(
    'Function errors',
    watched.functions.map((name) => awsMetric('AWS/Lambda', 'Errors', { FunctionName: name }, { label: name })),
  ),
  graph(
    'Function duration p95, ms',
    watched.functions.map((name) =>
      awsMetric('AWS/Lambda', 'Duration', { FunctionName: name }, { statistic: 'p95', label: name }),
    ),
  ),
]

const runnerRow = ({ fleet, tables }: Observed): IWidget[] => {
  const service = { ClusterName: fleet.clusterName, ServiceName: fleet.serviceName }
  return [
    graph('Tasks wanted and running', [
      awsMetric('ECS/ContainerInsights', 'DesiredTaskCount', service, { statistic: 'Average' }),
      awsMetric('ECS/ContainerInsights', 'RunningTaskCount', service, { statistic: 'Average' }),
    ]),
    graph('Memory and processor, %', [
      awsMetric('AWS/ECS', 'MemoryUtilization', service, { statistic: 'Maximum' }),
      awsMetric('AWS/ECS', 'CPUUtilization', service, { statistic: 'Maximum' }),
    ]),
    graph(
      'Store throttles',
      tables.flatMap((TableName) => [
        awsMetric('AWS/DynamoDB', 'WriteThrottleEvents', { TableName }),
        awsMetric('AWS/DynamoDB', 'ReadThrottleEvents', { TableName }),
      ]),
    ),
    graph(
      'Store latency of writes, ms',
      tables.map((TableName) =>
        awsMetric(
          'AWS/DynamoDB',
          'SuccessfulRequestLatency',
          { TableName, Operation: 'UpdateItem' },
          { statistic: 'p95' },
        ),
      ),
    ),
  ]
}

const costRow = ({ settings: { environment }, watched }: Platform, { tables, fleet }: Observed): IWidget[] => [
  graph(
    'Write and read units',
    tables.map((TableName) => awsMetric('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', { TableName })),
    { right: tables.map((TableName) => awsMetric('AWS/DynamoDB', 'ConsumedReadCapacityUnits', { TableName })) },
  ),
  graph(
    'Queue calls',
    watched.workQueues.flatMap(({ name }) => [
      awsMetric('AWS/SQS', 'NumberOfMessagesSent', { QueueName: name }, { label: name }),
      awsMetric('AWS/SQS', 'NumberOfEmptyReceives', { QueueName: name }, { label: `${name} empty` }),
    ]),
  ),
  graph(
    'Function time, ms in all',
    watched.functions.map((name) => awsMetric('AWS/Lambda', 'Duration', { FunctionName: name }, { label: name })),
  ),
  graph(
    'Messages and tasks',
    [runnerMetric(environment, 'MessagesSent', 'Sum'), runnerMetric(environment, 'MessagesReceived', 'Sum')],
    {
      right: [
        awsMetric(
          'ECS/ContainerInsights',
          'RunningTaskCount',
          { ClusterName: fleet.clusterName, ServiceName: fleet.serviceName },
          { statistic: 'Average' },
        ),
      ],
    },
  ),
]
