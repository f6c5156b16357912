import { Stack } from 'aws-cdk-lib'
import { Table } from 'aws-cdk-lib/aws-dynamodb'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { expect, test } from 'vitest'
import { grantsOf, type Resources } from '#infra/constructs/grants.ts'
import { type Needs, RESOURCES, type ResourceName } from '#kit/resources.ts'

const stack = new Stack()
const arn = 'arn:aws:dynamodb:us-east-1:111111111111:table'
const resources: Resources = {
  main: Table.fromTableArn(stack, 'Main', `${arn}/main`),
  session: Table.fromTableArn(stack, 'Session', `${arn}/session`),
  commands: [0, 1].map((shard) =>
    Queue.fromQueueArn(stack, `Commands${shard}`, `arn:aws:sqs:us-east-1:111111111111:commands-${shard}.fifo`),
  ),
  deliveries: Queue.fromQueueArn(stack, 'Deliveries', 'arn:aws:sqs:us-east-1:111111111111:deliveries.fifo'),
  mails: Queue.fromQueueArn(stack, 'Mails', 'arn:aws:sqs:us-east-1:111111111111:mails.fifo'),
  mailSender: { from: 'hello@mail.example.com' },
  media: Bucket.fromBucketName(stack, 'Media', 'media'),
  bus: EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:us-east-1:111111111111:event-bus/events'),
  platformSecret: Secret.fromSecretCompleteArn(
    stack,
    'Secret',
    'arn:aws:secretsmanager:us-east-1:111111111111:secret:platform-abcdef',
  ),
  frontSecret: Secret.fromSecretCompleteArn(
    stack,
    'FrontSecret',
    'arn:aws:secretsmanager:us-east-1:111111111111:secret:front-abcdef',
  ),
  authKey: Key.fromKeyArn(stack, 'AuthKey', 'arn:aws:kms:us-east-1:111111111111:key/1'),
  sockets: { apiId: 'abc', stage: 'live' },
  fleet: { clusterArn: 'c', clusterName: 'c', serviceName: 's', serviceArn: 'arn:s', maxDevices: 1000, minTasks: 1 },
}

const granted = (needs: Needs) => {
  const { environment, statements } = grantsOf(needs, resources)
  return { environment, statements: statements.map((statement) => stack.resolve(statement.toStatementJson())) }
}

test('reading the main table is three actions on it, and queries on its indexes by name', () => {
  expect(granted({ main: 'read' }).statements).toEqual([
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
      Resource: `${arn}/main`,
    },
    {
      Effect: 'Allow',
      Action: 'dynamodb:Query',
      Resource: ['byTime', 'gsi1', 'gsi2'].map((index) => `${arn}/main/index/${index}`),
    },
  ])
})

test('every access of every resource gives the variables code reads for it, and no action by wildcard', () => {
  for (const name of Object.keys(RESOURCES) as ResourceName[]) {
    for (const access of RESOURCES[name].access) {
      const { environment, statements } = granted({ [name]: access })
      expect(Object.keys(environment), `${name} ${access}`).toEqual(
        expect.arrayContaining([...RESOURCES[name].variables]),
      )
      expect(JSON.stringify(statements.map(({ Action }) => Action))).not.toContain('*')
    }
  }
})

test('what is not needed is not granted', () => {
  expect(granted({})).toEqual({ environment: {}, statements: [] })
  expect(JSON.stringify(granted({ authKey: 'encrypt' }))).not.toContain('kms:Decrypt')
  expect(JSON.stringify(granted({ main: 'read' }))).not.toContain('PutItem')
})

test('mails may be sent from the one address that was set up, and from none where none was', () => {
  const [statement, ...others] = granted({ mailSender: 'send' }).statements as { Action: string; Resource: unknown[] }[]
  expect(others).toEqual([])
  expect(statement?.Action).toBe('ses:SendEmail')
  const identities = statement?.Resource.map((resource) => /:(identity\/[^"]+)"/.exec(JSON.stringify(resource))?.[1])
  expect(identities).toEqual(['identity/hello@mail.example.com', 'identity/mail.example.com'])
  expect(grantsOf({ mailSender: 'send' }, { mailSender: { from: undefined } })).toEqual({
    environment: { MAIL_FROM: '' },
    statements: [],
  })
})

test('command queues are given in the order of their shards', () => {
  const { environment } = granted({ commands: 'send' })
  expect(JSON.stringify(stack.resolve(environment.COMMAND_QUEUE_URLS))).toMatch(/commands-0\.fifo.*commands-1\.fifo/)
})
