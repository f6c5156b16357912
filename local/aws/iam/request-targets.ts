import type { AccessRequest } from '../iam.ts'
import { dynamodbTargets } from './dynamodb-targets.ts'
import type { PolicyFile } from './policy.ts'
import { s3Targets } from './s3-targets.ts'

/** A request to a local endpoint, before it is sent. */
export type OutgoingRequest = { method: string; path: string; header(name: string): string | undefined }

/** The services whose requests are told apart; each has its own format for errors. */
export type ServiceName = 'dynamodb' | 'sqs' | 's3' | 'execute-api' | 'lambda' | 'ses' | 'json'

type Body = Record<string, unknown>

/** Which service a request is for. */
export function serviceOf(request: OutgoingRequest): ServiceName {
  const target = request.header('x-amz-target')
  if (target?.startsWith('DynamoDB')) return 'dynamodb'
  if (target?.startsWith('AmazonSQS.')) return 'sqs'
  if (target || /urlencoded|cbor/.test(request.header('content-type') ?? '')) return 'json'
  if (/^\/([^/]+\/)?@connections\//.test(request.path)) return 'execute-api'
  if (request.path.startsWith('/2015-03-31/functions/')) return 'lambda'
  if (request.path.startsWith('/v2/email/')) return 'ses'
  return 's3'
}

/** What a request without a JSON body would do. */
export function pathTargets(service: ServiceName, request: OutgoingRequest, policy: PolicyFile): AccessRequest[] {
  const path = decodeURIComponent(request.path.split('?')[0]!)
  if (service === 's3') return s3Targets(request)
  if (service === 'lambda') {
    const reference = path.split('/')[3] ?? ''
    const resource = reference.startsWith('arn:') ? reference : arn(policy, 'lambda', `function:${reference}`)
    return [{ action: 'lambda:InvokeFunction', resource }]
  }
  const resource = arn(policy, 'execute-api', `${policy.socketApiId}${path.replace('/@', `/${request.method}/@`)}`)
  return [{ action: 'execute-api:ManageConnections', resource }]
}

/** What a request with a JSON body would do. */
export function bodyTargets(request: OutgoingRequest, body: Body, policy: PolicyFile): AccessRequest[] {
  if (serviceOf(request) === 'ses') {
    // The domain stands for the verified identity: SES takes whichever of address and domain it knows.
    const domain = text(body.FromEmailAddress).split('@').at(-1)!
    return [{ action: 'ses:SendEmail', resource: arn(policy, 'ses', `identity/${domain}`) }]
  }
  const [prefix, action] = (request.header('x-amz-target') ?? '').split('.') as [string, string]
  if (prefix.startsWith('DynamoDB')) return dynamodbTargets(action, body, policy)
  const resources = RESOURCES[prefix]
  if (!resources) return []
  const [service, find] = resources
  const name = service === 'sqs' ? action.replace(/Batch$/, '') : action
  return find(body, policy, action).map((resource) => ({
    action: `${service}:${name}`,
    resource,
    context: service === 'kms' ? kmsContext(body) : undefined,
  }))
}

type Finder = (body: Body, policy: PolicyFile, action: string) => string[]

const RESOURCES: Record<string, [service: string, find: Finder]> = {
  AmazonSQS: [
    'sqs',
    (body, policy) => [
      arn(
        policy,
        'sqs',
        text(body.QueueUrl ?? body.QueueName)
          .split('/')
          .at(-1)!,
      ),
    ],
  ],
  TrentService: ['kms', (body, policy) => [keyArn(body, policy)]],
  secretsmanager: ['secretsmanager', (body, policy) => [secretArn(text(body.SecretId ?? body.Name), policy)]],
  AmazonSSM: [
    'ssm',
    (body, policy) =>
      [body.Names ?? body.Name ?? body.Path ?? '']
        .flat()
        .map((name) => arn(policy, 'ssm', `parameter/${text(name).replace(/^\//, '')}`)),
  ],
  AWSEvents: [
    'events',
    (body, policy) => {
      const names = new Set(list(body.Entries).map((entry) => text(entry.EventBusName ?? 'default')))
      return [...names].map((name) => (name.startsWith('arn:') ? name : arn(policy, 'events', `event-bus/${name}`)))
    },
  ],
  AmazonEC2ContainerServiceV20141113: ['ecs', ecsResources],
  GraniteServiceVersion20100801: ['cloudwatch', () => ['*']],
}

/** A JSON service names services or tasks of one cluster, by name or ARN. */
function ecsResources(body: Body, policy: PolicyFile, action: string): string[] {
  const cluster = text(body.cluster ?? 'default')
    .split('/')
    .at(-1)!
  const one = (kind: string) => (name: unknown) =>
    text(name).startsWith('arn:') ? text(name) : arn(policy, 'ecs', `${kind}/${cluster}/${text(name)}`)
  if (body.services || body.service) return [body.services ?? body.service].flat().map(one('service'))
  if (body.tasks || body.task) return [body.tasks ?? body.task].flat().map(one('task'))
  return action.startsWith('List') ? ['*'] : [arn(policy, 'ecs', `cluster/${cluster}`)]
}

function keyArn(body: Body, policy: PolicyFile): string {
  let reference = text(body.KeyId)
  if (!reference && typeof body.CiphertextBlob === 'string') {
    // The local format begins with the length of the key id and the id itself.
    const blob = Buffer.from(body.CiphertextBlob, 'base64')
    reference = blob.toString('utf8', 1, 1 + (blob[0] ?? 0))
  }
  const plain = reference.replace(/^arn:aws:kms:[^:]*:[^:]*:/, '').replace(/^key\//, '')
  return arn(policy, 'kms', `key/${policy.keyAliases[plain] ?? plain}`)
}

function kmsContext(body: Body): AccessRequest['context'] {
  const pairs = Object.entries((body.EncryptionContext ?? {}) as Record<string, string>)
  const values = pairs.map(([key, value]) => [`kms:encryptioncontext:${key.toLowerCase()}`, [value]])
  return { ...Object.fromEntries(values), 'kms:encryptioncontextkeys': pairs.map(([key]) => key) }
}

function secretArn(id: string, policy: PolicyFile): string {
  return id.startsWith('arn:') ? id : (policy.secrets[id] ?? arn(policy, 'secretsmanager', `secret:${id}`))
}

/** The ARN of something in the local account. */
function arn(policy: PolicyFile, service: string, rest: string): string {
  return `arn:aws:${service}:${policy.region}:${policy.accountId}:${rest}`
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): Body[] => (Array.isArray(value) ? (value as Body[]) : [])
