import type { SQSEvent } from 'aws-lambda'

/**
 * One message of a queue as a job gets it: the parsed JSON body, the FIFO group it belongs to, and how often it has been
 * received (1 the first time). `receiptHandle` lets the job postpone it with ChangeMessageVisibility before it throws.
 */
export type QueueRecord = {
  id: string
  body: unknown
  groupId: string | undefined
  receiveCount: number
  receiptHandle: string
}

/** The messages of a Lambda queue event. A body that is not JSON stays a string: the job's schema refuses it. */
export const queueRecords = (event: SQSEvent): QueueRecord[] =>
  event.Records.map((record) => ({
    id: record.messageId,
    body: parsed(record.body),
    groupId: record.attributes.MessageGroupId,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    receiptHandle: record.receiptHandle,
  }))

/**
 * Works through records and gives those to be returned to the queue. After a failure the rest of the same group is not
 * tried, so that order holds when they come again; records without a group fail alone.
 */
export const workThrough = async (
  records: QueueRecord[],
  work: (record: QueueRecord) => Promise<void>,
): Promise<{ id: string; error: unknown }[]> => {
  const groups = Map.groupBy(records, (record) => record.groupId ?? record.id)
  const results = await Promise.all([...groups.values()].map((group) => workThroughGroup(group, work)))
  return results.flat()
}

const workThroughGroup = async (
  group: QueueRecord[],
  work: (record: QueueRecord) => Promise<void>,
): Promise<{ id: string; error: unknown }[]> => {
  for (const [at, record] of group.entries()) {
    try {
      await work(record)
    } catch (error) {
      return group.slice(at).map(({ id }) => ({ id, error }))
    }
  }
  return []
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
