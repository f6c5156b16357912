import { Aws, Fn } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { TABLES } from '#data/schema.ts'
import type { Needs, ResourceName } from '#kit/resources.ts'

/** The constructs behind the short names of `#kit/resources.ts`. A stack passes on those that exist when it is made. */
export type Resources = {
  main: ITable
  session: ITable
  commands: IQueue[]
  deliveries: IQueue
  mails: IQueue
  mailSender: MailSender
  media: IBucket
  bus: IEventBus
  platformSecret: ISecret
  frontSecret: ISecret
  authKey: IKey
  sockets: { apiId: string; stage: string }
  fleet: Fleet
}

/** Address that mails come from; undefined while none is set up. */
export type MailSender = { from: string | undefined }

/** The runner service, and the bounds within which its number of tasks may be changed. */
export type Fleet = {
  clusterArn: string
  clusterName: string
  serviceName: string
  serviceArn: string
  maxDevices: number
  minTasks: number
}

/** What one resource with one kind of access comes to: the variables code reads, and the statements its role gets. */
type Grant = { environment: Record<string, string>; statements: PolicyStatement[] }

/** Environment variables and policy statements of everything a unit needs, and nothing else. */
export const grantsOf = (needs: Needs, resources: Partial<Resources>): Grant => {
  const grants = Object.entries(needs).map(([name, access]) => grantOf(name as ResourceName, access, resources))
  return {
    environment: Object.assign({}, ...grants.map(({ environment }) => environment)),
    statements: grants.flatMap(({ statements }) => statements),
  }
}

const allow = (actions: string[], resources: string[]): PolicyStatement => new PolicyStatement({ actions, resources })

const grantOf = (name: ResourceName, access: string, given: Partial<Resources>): Grant => {
  const resource = <Name extends keyof Resources>(key: Name): Resources[Name] => {
    const found = given[key]
    if (found === undefined) throw new Error(`"${key}" is not available to functions of this stack`)
    return found as Resources[Name]
  }
  switch (name) {
    case 'main':
      return table('MAIN_TABLE', resource('main'), access, indexNames('main'))
    case 'session':
      return table('SESSION_TABLE', resource('session'), access, indexNames('session'))
    case 'commands':
      return queues('COMMAND_QUEUE_URLS', resource('commands'), access)
    case 'deliveries':
      return queues('DELIVERY_QUEUE_URL', [resource('deliveries')], access)
    case 'mails':
      return queues('MAIL_QUEUE_URL', [resource('mails')], access)
    case 'mailSender':
      return mailSender(resource('mailSender'))
    case 'media':
      return bucket(resource('media'), access)
    case 'bus': {
      const bus = resource('bus')
      return {
        environment: { EVENT_BUS_NAME: bus.eventBusName },
        statements: [allow(['events:PutEvents'], [bus.eventBusArn])],
      }
    }
    case 'platformSecret':
      return secret('PLATFORM_SECRET_ARN', resource('platformSecret'))
    case 'frontSecret':
      return secret('FRONT_SECRET_ARN', resource('frontSecret'))
    case 'authKey':
      return key(resource('authKey'), access)
    case 'sockets':
      return sockets(resource('sockets'))
    case 'fleet':
      return fleet(resource('fleet'))
    case 'sandbox':
      // A deployment has no sandbox network; the laptop stack puts the address of its own in place.
      return { environment: { SANDBOX_URL: '' }, statements: [] }
  }
}

const indexNames = (name: keyof typeof TABLES): string[] => {
  const { local, global } = TABLES[name]
  return [...local, ...global].map((index: { name: string }) => index.name)
}

const TABLE_READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']
const TABLE_WRITE = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'BatchWriteItem'].map(
  (action) => `dynamodb:${action}`,
)

const table = (variable: string, target: ITable, access: string, indexes: string[]): Grant => {
  const statements: PolicyStatement[] = []
  if (access !== 'write') {
    statements.push(allow(TABLE_READ, [target.tableArn]))
    // Each index by its name: a wildcard would cover indexes that do not exist yet.
    const indexArns = indexes.map((index) => `${target.tableArn}/index/${index}`)
    if (indexArns.length > 0) statements.push(allow(['dynamodb:Query'], indexArns))
  }
  if (access !== 'read') statements.push(allow(TABLE_WRITE, [target.tableArn]))
  return { environment: { [variable]: target.tableName }, statements }
}

const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes']

const QUEUE_ACTIONS: Record<string, string[]> = {
  // Readiness asks a queue for its attributes.
  send: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
  consume: CONSUME,
  exchange: ['sqs:SendMessage', ...CONSUME],
}

const queues = (variable: string, targets: IQueue[], access: string): Grant => ({
  environment: {
    [variable]: Fn.join(
      ',',
      targets.map((queue) => queue.queueUrl),
    ),
  },
  statements: [
    allow(
      QUEUE_ACTIONS[access]!,
      targets.map((queue) => queue.queueArn),
    ),
  ],
})

const bucket = (target: IBucket, access: string): Grant => {
  const statements: PolicyStatement[] = []
  if (access !== 'write') {
    statements.push(allow(['s3:GetObject'], [target.arnForObjects('*')]))
    // Without the right to list, S3 answers 403 for an object that does not exist.
    statements.push(allow(['s3:ListBucket'], [target.bucketArn]))
  }
  if (access !== 'read')
    statements.push(allow(['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'], [target.arnForObjects('*')]))
  return { environment: { MEDIA_BUCKET: target.bucketName }, statements }
}

const secret = (variable: string, { secretArn }: ISecret): Grant => ({
  environment: { [variable]: secretArn },
  statements: [allow(['secretsmanager:GetSecretValue'], [secretArn])],
})

const key = (target: IKey, access: string): Grant => {
  const actions = ['kms:GenerateDataKey', 'kms:Encrypt', ...(access === 'use' ? ['kms:Decrypt'] : [])]
  return { environment: { AUTH_KEY_ARN: target.keyArn }, statements: [allow(actions, [target.keyArn])] }
}

/** SES checks a sender by its address or its domain, whichever of them is verified; both are named here, nothing else. */
const mailSender = ({ from }: MailSender): Grant => {
  if (from === undefined) return { environment: { MAIL_FROM: '' }, statements: [] }
  const identity = (name: string) => `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:identity/${name}`
  const identities = [identity(from), identity(from.slice(from.indexOf('@') + 1))]
  return { environment: { MAIL_FROM: from }, statements: [allow(['ses:SendEmail'], identities)] }
}

const sockets = ({ apiId, stage }: Resources['sockets']): Grant => {
  const arn = `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${apiId}/${stage}`
  return {
    environment: { SOCKET_ENDPOINT: `https://${apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${stage}` },
    statements: [
      allow(['execute-api:ManageConnections'], [`${arn}/POST/@connections/*`, `${arn}/DELETE/@connections/*`]),
    ],
  }
}

const fleet = ({ clusterArn, serviceName, serviceArn, maxDevices, minTasks }: Fleet): Grant => ({
  environment: {
    CLUSTER_ARN: clusterArn,
    SERVICE_NAME: serviceName,
    MAX_DEVICES: String(maxDevices),
    MIN_TASKS: String(minTasks),
  },
  statements: [allow(['ecs:DescribeServices', 'ecs:UpdateService'], [serviceArn])],
})
