import { createHash } from 'node:crypto'
import { identityOf } from './identities.ts'
import { type Intrinsics, resolveIntrinsics } from './intrinsics.ts'

/** Local values the templates are resolved with. */
export type LocalValues = {
  region: string
  accountId: string
  /** Base of queue addresses, without a trailing slash. */
  sqsUrl: string
  /** Host and port of the public front. */
  frontHost: string
  /** Where the management API of WebSocket connections answers. */
  managementUrl?: string
  /** Template parameters set instead of their defaults. */
  parameters?: Record<string, string>
}

/** Who a resource is locally. */
export type PhysicalIdentity = {
  name: string
  arn: string
  /** What `Ref` gives. */
  ref: string
  /** What `Fn::GetAtt` gives. */
  attribute(name: string): string
}

type Subject = { stack: string; logicalId: string; Type: string; Properties: Record<string, unknown> }

/** Works out name, ARN, `Ref` and attributes of one resource. */
export function describeIdentity(subject: Subject, scope: Intrinsics, local: LocalValues): PhysicalIdentity {
  const identity = identityOf(subject.Type)
  const digest = createHash('sha256').update(`${subject.stack}/${subject.logicalId}`).digest('hex')
  const generated = generatedName(subject)
  const values: Record<string, string> = {
    logicalId: subject.logicalId,
    region: local.region,
    account: local.accountId,
    sqs: local.sqsUrl,
    front: local.frontHost,
    hash6: digest.slice(0, 6),
    hash10: digest.slice(0, 10),
    uuid: digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    lower: generated.toLowerCase().slice(0, 63),
    cluster: '',
  }
  const fill = (pattern: string) => pattern.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole)
  const given = identity.nameProperty && resolveIntrinsics(subject.Properties[identity.nameProperty], scope)
  values.name = typeof given === 'string' ? given : fill(identity.name ?? generated)
  if (subject.Type === 'AWS::ECS::Service') {
    values.cluster = String(resolveIntrinsics(subject.Properties.Cluster, scope) ?? 'default')
      .split('/')
      .at(-1)!
  }
  values.arn = fill(identity.arn ?? `arn:aws:local:{region}:{account}:${subject.Type}/{name}`)
  const endpoint = subject.Properties.ProtocolType === 'WEBSOCKET' ? 'wss:' : 'https:'
  return {
    name: values.name,
    arn: values.arn,
    ref: fill(identity.ref ?? '{name}'),
    attribute: (name) => {
      if (name === 'Arn') return values.arn!
      const pattern = identity.attributes?.[name] ?? `{logicalId}.${name}`
      return fill(pattern).replace(/^https:/, endpoint)
    },
  }
}

function generatedName(subject: Subject): string {
  const name = `${subject.stack}-${subject.logicalId}`
  if (subject.Type === 'AWS::SQS::Queue' && subject.Properties.FifoQueue === true) return `${name.slice(0, 75)}.fifo`
  return subject.Type === 'AWS::SQS::Queue' ? name.slice(0, 80) : name
}
