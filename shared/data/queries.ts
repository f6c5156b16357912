import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { marshal } from './writes.ts'

/** One query: a partition, optionally a range of sort keys (a prefix, or all after or before one), of the table or an index. */
export type QuerySpec = {
  pk: string
  index?: 'gsi1' | 'gsi2' | 'byTime'
  prefix?: string
  after?: string
  before?: string
  limit?: number
  reverse?: boolean
  startKey?: Record<string, unknown>
  consistent?: boolean
}

const INDEX_KEYS = {
  gsi1: ['gsi1pk', 'gsi1sk'],
  gsi2: ['gsi2pk', 'gsi2sk'],
  byTime: ['pk', 'at'],
} as const

/** A query of the table `name` as DynamoDB takes it. Reads are strongly consistent where they can be, unless told otherwise. */
export const queryInput = (name: string, spec: QuerySpec): QueryCommandInput => {
  const [pk, sk] = spec.index ? INDEX_KEYS[spec.index] : (['pk', 'sk'] as const)
  const bound = spec.prefix ?? spec.after ?? spec.before
  const range =
    spec.prefix !== undefined
      ? ' AND begins_with(#sk, :sk)'
      : bound === undefined
        ? ''
        : ` AND #sk ${spec.after !== undefined ? '>' : '<'} :sk`
  return {
    TableName: name,
    IndexName: spec.index,
    KeyConditionExpression: `#pk = :pk${range}`,
    ExpressionAttributeNames: range ? { '#pk': pk, '#sk': sk } : { '#pk': pk },
    ExpressionAttributeValues: marshal({ ':pk': spec.pk, ...(range ? { ':sk': bound } : {}) }),
    Limit: spec.limit,
    ScanIndexForward: !spec.reverse,
    ExclusiveStartKey: spec.startKey && marshal(spec.startKey),
    ConsistentRead: spec.index === 'gsi1' || spec.index === 'gsi2' ? false : (spec.consistent ?? true),
    Select: spec.index === 'byTime' ? 'ALL_ATTRIBUTES' : undefined,
  }
}
