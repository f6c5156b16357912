import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { newPace } from '#domains/commands/poll.ts'
import { findDevice } from '#domains/devices/repo.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { startWorld } from '#runner/testing/world.ts'
import { waitFor } from '#test/harness/wait.ts'

/** Store and queue work of one outbound text from request to read, averaged. */
export type CallCounts = { writes: number; writeUnits: number; reads: number; queueCalls: number }

type Tally = { writes: number; writeUnits: number; reads: number; queueCalls: number }

const WRITES: Record<string, (input: Record<string, unknown>) => number> = {
  PutItemCommand: () => 1,
  UpdateItemCommand: () => 1,
  DeleteItemCommand: () => 1,
  TransactWriteItemsCommand: (input) => (input.TransactItems as unknown[]).length,
  BatchExecuteStatementCommand: (input) => (input.Statements as unknown[]).length,
}

const countStore = (client: DynamoDBClient, tally: Tally): void => {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = context.commandName ?? ''
      const written = WRITES[command]?.(args.input as unknown as Record<string, unknown>) ?? 0
      // DynamoDB Local computes the units as DynamoDB does, indexes included.
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' })
      const result = await next(args)
      const consumed = (result.output as { ConsumedCapacity?: unknown }).ConsumedCapacity
      const units = [consumed ?? []].flat().reduce<number>((sum, one) => sum + unitsOf(one), 0)
      tally.writes += written
      if (written > 0) tally.writeUnits += units
      else tally.reads += 1
      return result
    },
    { step: 'initialize', name: 'countStore' },
  )
}

const unitsOf = (consumed: unknown): number => {
  const { WriteCapacityUnits, CapacityUnits } = consumed as { WriteCapacityUnits?: number; CapacityUnits?: number }
  return WriteCapacityUnits ?? CapacityUnits ?? 0
}

const countQueue = (client: SQSClient, tally: Tally): void => {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { Messages } = result.output as { Messages?: unknown[] }
      // A long poll that ends empty is the price of waiting, not of a message.
      const emptyPoll = 'WaitTimeSeconds' in args.input && (Messages?.length ?? 0) === 0
      if (!emptyPoll) tally.queueCalls += 1
      return result
    },
    { step: 'initialize', name: 'countQueue' },
  )
}

/** Sends texts one after another to a phone that reads them at once, and counts every call of caller and runner. */
export const measureCalls = async (count: number): Promise<CallCounts> => {
  const world = await startWorld({ shards: 1 })
  try {
    const tally: Tally = { writes: 0, writeUnits: 0, reads: 0, queueCalls: 0 }
    await world.startRunner()
    const device = await world.pair(await world.createDevice(), '15550000101')
    world.network.createPhone('15550000102', { autoRead: true })
    const send = async (n: number) => {
      const current = await findDevice(world.ctx, device.id)
      return sendMessage(
        world.ctx,
        {
          commands: { ...world.port, sendPace: newPace() },
          threads: world.threads,
          media: () => {
            throw new Error('a text has no media')
          },
        },
        {
          tenantId: world.tenantId,
          deviceId: device.id,
          device: current,
          to: { jid: '15550000102@s.whatsapp.net', address: { pn: '15550000102@s.whatsapp.net' }, isGroup: false },
          content: { kind: 'text', text: `message ${n} of about twenty` },
          readiness: 'session',
        },
      )
    }
    for (let n = 0; n < 5; n += 1) await send(n)
    countStore(world.emulators.dynamodb, tally)
    countQueue(world.emulators.sqs, tally)
    for (let n = 0; n < count; n += 1) {
      const { messageId, conversationId } = await send(n)
      if (n === count - 1) {
        await waitFor(
          'the last message to be read',
          async () => {
            const message = await world.messageOf({ messageId, conversationId })
            return message?.status === 'read'
          },
          { everyMs: 500 },
        )
      }
    }
    return {
      writes: tally.writes / count,
      writeUnits: tally.writeUnits / count,
      reads: tally.reads / count,
      queueCalls: tally.queueCalls / count,
    }
  } finally {
    await world.close()
  }
}

if (import.meta.main) {
  console.log(JSON.stringify(await measureCalls(Number(process.argv[2] ?? 50))))
  process.exit(0)
}
