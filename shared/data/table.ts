import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type Condition, conditionParts, type Key, type UpdateSpec, updateParts } from './expressions.ts'
import { type OutboxEvent, outboxAttribute } from './outbox.ts'
import { type QuerySpec, queryInput } from './queries.ts'
import { marshal, transactItem, type Write } from './writes.ts'

export type { Condition, Key, UpdateSpec } from './expressions.ts'
export type { Write } from './writes.ts'

/** A stored item as plain values. */
export type Item = Key & Record<string, unknown>

/** Typed access to one DynamoDB table. A lost condition is an expected outcome and comes back as a value, never thrown. */
export type Table = ReturnType<typeof makeTable>

/** Whether DynamoDB takes the key: callers' ids are parts of keys, and one of any length is just not known. */
const isKey = ({ pk, sk }: Key): boolean => Buffer.byteLength(pk) <= 2048 && Buffer.byteLength(sk) <= 1024

/** Reads these fields of an item; all without. */
const only = (fields: string[] | undefined) =>
  fields && {
    ProjectionExpression: fields.map((field) => `#${field}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(fields.map((field) => [`#${field}`, field])),
  }

/** Access to the table `name` through `client`. Every write either sets the item's outbox attribute or clears it. */
export const makeTable = (client: DynamoDBClient, name: string) => ({
  name,

  /** The item, or undefined, also for a key that is too long to be one. Reads are strongly consistent unless told otherwise. */
  get: async <T = Item>(
    key: Key,
    options: { consistent?: boolean; fields?: string[] } = {},
  ): Promise<T | undefined> => {
    if (!isKey(key)) return undefined
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: name,
        Key: marshal(key),
        ConsistentRead: options.consistent ?? true,
        ...only(options.fields),
      }),
    )
    return Item && (unmarshall(Item) as T)
  },

  /** The items that exist among `keys` (any number), in no particular order; with `fields`, only these. */
  getMany: async <T = Item>(keys: Key[], fields?: string[]): Promise<T[]> => {
    const found: T[] = []
    let pending = keys.map((key) => marshal({ pk: key.pk, sk: key.sk }))
    while (pending.length > 0) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [name]: { Keys: pending.slice(0, 100), ConsistentRead: true, ...only(fields) } },
        }),
      )
      found.push(...(Responses?.[name] ?? []).map((item) => unmarshall(item) as T))
      pending = [...(UnprocessedKeys?.[name]?.Keys ?? []), ...pending.slice(100)]
    }
    return found
  },

  /** Writes the item; false when the condition did not hold. */
  put: async (
    item: Record<string, unknown>,
    options: { condition?: Condition; events?: OutboxEvent[] } = {},
  ): Promise<boolean> => {
    const condition = conditionParts(options.condition)
    const command = new PutItemCommand({
      TableName: name,
      Item: marshal({ ...item, ...outboxAttribute(options.events) }),
      ConditionExpression: condition.text,
      ExpressionAttributeNames: condition.names,
      ExpressionAttributeValues: condition.values && marshal(condition.values),
    })
    return held(client.send(command))
  },

  /** Changes the item and gives it as it is afterwards; when the condition did not hold, `lost` holds it as it was. */
  update: async <T = Item>(key: Key, spec: UpdateSpec): Promise<{ item: T } | { lost: T | undefined }> => {
    const parts = updateParts(spec)
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: name,
          Key: marshal(key),
          UpdateExpression: parts.text,
          ConditionExpression: parts.condition,
          ExpressionAttributeNames: parts.names,
          ExpressionAttributeValues: parts.values && marshal(parts.values),
          ReturnValues: spec.returns === 'none' ? 'NONE' : 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { item: (Attributes ? unmarshall(Attributes) : {}) as T }
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return { lost: error.Item && (unmarshall(error.Item) as T) }
      }
      throw error
    }
  },

  /** Removes the item; false when the condition did not hold. */
  remove: async (key: Key, condition?: Condition): Promise<boolean> => {
    const parts = conditionParts(condition)
    const command = new DeleteItemCommand({
      TableName: name,
      Key: marshal(key),
      ConditionExpression: parts.text,
      ExpressionAttributeNames: parts.names,
      ExpressionAttributeValues: parts.values && marshal(parts.values),
    })
    return held(client.send(command))
  },

  /** One page of a query with the key to go on from. */
  query: async <T = Item>(spec: QuerySpec): Promise<{ items: T[]; next: Record<string, unknown> | undefined }> => {
    const { Items, LastEvaluatedKey } = await client.send(new QueryCommand(queryInput(name, spec)))
    return {
      items: (Items ?? []).map((item) => unmarshall(item) as T),
      next: LastEvaluatedKey && unmarshall(LastEvaluatedKey),
    }
  },

  /** Writes all or nothing; on a lost condition gives the positions whose condition failed. */
  transact: async (writes: Write[], token?: string): Promise<{ ok: true } | { ok: false; lost: number[] }> => {
    try {
      await client.send(
        new TransactWriteItemsCommand({
          TransactItems: writes.map((write) => transactItem(name, write)),
          ClientRequestToken: token,
        }),
      )
      return { ok: true }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const reasons = error.CancellationReasons ?? []
      const lost = reasons.flatMap((reason, at) => (reason.Code === 'ConditionalCheckFailed' ? [at] : []))
      // A conflict with a concurrent transaction is not a lost condition: the caller may try again.
      if (lost.length === 0) throw error
      return { ok: false, lost }
    }
  },
})

const held = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
