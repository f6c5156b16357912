import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { type Condition, conditionParts, type Key, type UpdateSpec, updateParts } from './expressions.ts'
import { type OutboxEvent, outboxAttribute } from './outbox.ts'

/** One write of a transaction. */
export type Write =
  | { put: Record<string, unknown>; condition?: Condition; events?: OutboxEvent[] }
  | ({ update: Key } & UpdateSpec)
  | { remove: Key; condition?: Condition }
  | { check: Key; condition: Condition }

/** Plain values as DynamoDB takes them; what is undefined is left out. */
export const marshal = (value: unknown): Record<string, AttributeValue> =>
  marshall(value as Record<string, unknown>, { removeUndefinedValues: true })

/** A write as DynamoDB's transactions take it. */
export const transactItem = (table: string, write: Write): TransactWriteItem => {
  if ('put' in write) {
    const condition = conditionParts(write.condition)
    return {
      Put: {
        TableName: table,
        Item: marshal({ ...write.put, ...outboxAttribute(write.events) }),
        ConditionExpression: condition.text,
        ExpressionAttributeNames: condition.names,
        ExpressionAttributeValues: condition.values && marshal(condition.values),
      },
    }
  }
  if ('update' in write) {
    const parts = updateParts(write)
    return {
      Update: {
        TableName: table,
        Key: marshal(write.update),
        UpdateExpression: parts.text,
        ConditionExpression: parts.condition,
        ExpressionAttributeNames: parts.names,
        ExpressionAttributeValues: parts.values && marshal(parts.values),
      },
    }
  }
  const condition = conditionParts(write.condition)
  const common = {
    TableName: table,
    Key: marshal('remove' in write ? write.remove : write.check),
    ExpressionAttributeNames: condition.names,
    ExpressionAttributeValues: condition.values && marshal(condition.values),
  }
  return 'remove' in write
    ? { Delete: { ...common, ConditionExpression: condition.text } }
    : { ConditionCheck: { ...common, ConditionExpression: condition.text ?? 'attribute_exists(pk)' } }
}
