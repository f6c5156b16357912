import { expect, test } from 'vitest'
import { type QueueRecord, queueRecords, workThrough } from './queue-records.ts'

const record = (id: string, groupId?: string): QueueRecord => ({
  id,
  body: {},
  groupId,
  receiveCount: 1,
  receiptHandle: `handle-${id}`,
})

test('after a failure the rest of the group goes back unseen, and other groups are not held up', async () => {
  const seen: string[] = []
  const failed = await workThrough(
    [record('a1', 'a'), record('b1', 'b'), record('a2', 'a'), record('a3', 'a'), record('b2', 'b')],
    async ({ id }) => {
      seen.push(id)
      if (id === 'a2') throw new Error('no')
    },
  )
  expect(failed.map(({ id }) => id)).toEqual(['a2', 'a3'])
  expect(seen.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2'])
})

test('records without a group fail alone', async () => {
  const failed = await workThrough([record('x'), record('y')], async ({ id }) => {
    if (id === 'x') throw new Error('no')
  })
  expect(failed.map(({ id }) => id)).toEqual(['x'])
})

test('a body that is not JSON reaches the job as the text it is', () => {
  const attributes = { MessageGroupId: 'g', ApproximateReceiveCount: '3' }
  const event = { Records: [{ messageId: 'm', receiptHandle: 'h', body: 'not json', attributes }] }
  expect(queueRecords(event as never)).toEqual([
    { id: 'm', body: 'not json', groupId: 'g', receiveCount: 3, receiptHandle: 'h' },
  ])
})
