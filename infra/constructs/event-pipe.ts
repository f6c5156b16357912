import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnPipe } from 'aws-cdk-lib/aws-pipes'
import type { Construct } from 'constructs'
import { OUTBOX_ATTRIBUTE } from '#data/outbox.ts'
import { nameOf, type Platform } from './platform.ts'
import { deadLetterQueue } from './queues.ts'

/** Name of the pipe within a copy; alarms look at it by this name. */
export const EVENT_PIPE = 'events'

/** A bus takes ten events per call; what an enrichment finds beyond that it puts on the bus itself. */
const RECORDS_PER_BATCH = 10

/**
 * The way of events from the main table to the bus: changes of items that carry an outbox go through the enrichment, which
 * makes full events of them. The enrichment gives an event for every record, so a batch fails only while a queue or the bus is
 * down: it is halved and tried for as long as the stream keeps its records (a day), and then noted in the dead-letter queue.
 */
export const eventPipe = (
  scope: Construct,
  platform: Platform,
  props: { table: Table; enrichment: LambdaFunction; bus: EventBus },
): CfnPipe => {
  const { table, enrichment, bus } = props
  const dead = deadLetterQueue(scope, platform, 'event-pipe-dead')
  const role = new Role(scope, 'EventPipeRole', { assumedBy: new ServicePrincipal('pipes.amazonaws.com') })
  const allow = (actions: string[], ...resources: string[]): void => {
    role.addToPolicy(new PolicyStatement({ actions, resources }))
  }
  const stream = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator']
  allow(stream, table.tableStreamArn!)
  allow(['dynamodb:ListStreams'], '*')
  allow(['lambda:InvokeFunction'], enrichment.functionArn)
  allow(['events:PutEvents'], bus.eventBusArn)
  allow(['sqs:SendMessage'], dead.queueArn)

  const pipe = new CfnPipe(scope, 'EventPipe', {
    name: nameOf(platform, EVENT_PIPE),
    description: 'Outbox of the main table to the event bus',
    roleArn: role.roleArn,
    source: table.tableStreamArn!,
    sourceParameters: {
      dynamoDbStreamParameters: {
        startingPosition: 'TRIM_HORIZON',
        batchSize: RECORDS_PER_BATCH,
        // Several batches of one stream shard at a time; records of one partition key still follow each other.
        parallelizationFactor: 10,
        onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
        // The enrichment never fails on a record's content, only when the queue or the bus is down: then it tries for as long as
        // the stream keeps its records.
        maximumRecordAgeInSeconds: -1,
        maximumRetryAttempts: -1,
        deadLetterConfig: { arn: dead.queueArn },
      },
      filterCriteria: { filters: [{ pattern: JSON.stringify(outboxFilter) }] },
    },
    enrichment: enrichment.functionArn,
    target: bus.eventBusArn,
    targetParameters: {
      eventBridgeEventBusParameters: { source: 'switchboard', detailType: '$.detailType' },
      inputTemplate: '<$.detail>',
    },
  })
  // The pipe is checked against its role when it is made, so the policy has to be there.
  pipe.node.addDependency(role)
  return pipe
}

const outboxFilter = { dynamodb: { NewImage: { [OUTBOX_ATTRIBUTE]: { S: [{ exists: true }] } } } }
