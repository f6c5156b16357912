import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTable } from '#data/table.ts'
import type { Command } from '#domains/commands/model.ts'
import { type Message, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { advanceStatus, findMessage, recordOutbound } from '#domains/messages/repo.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { createTestContext, type TestContext } from '#local/aws/test-context.ts'
import { failDeadCommand } from './fail-dead-commands.ts'

let stores: TestContext
let ctx: Context
let replies: { id: string; message: string }[]

const reply = async (id: string, message: string): Promise<void> => void replies.push({ id, message })

beforeAll(async () => {
  const KeySchema = [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ]
  const AttributeDefinitions = KeySchema.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' }))
  stores = await createTestContext({ tables: { main: { KeySchema, AttributeDefinitions } } })
  const quiet = (): void => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  ctx = { clock: systemClock, log, main: makeTable(stores.dynamodb, stores.tables.main ?? '') }
  replies = []
})

afterAll(() => stores?.cleanup())

const send = (): Command => ({
  id: 'cmd_1',
  tenantId: 'org_1',
  deviceId: 'd1',
  deadlineAt: '2026-06-21T08:15:25.000Z',
  work: {
    type: 'message.send',
    conversationId: 12,
    messageId: `3EB0${randomBytes(9).toString('hex').toUpperCase()}`,
    to: '15552223333@s.whatsapp.net',
    content: { kind: 'text', text: 'hi' },
    context: {},
    source: 'api',
    acceptedAt: '2026-06-21T08:15:00.000Z',
  },
})

const refOf = ({ tenantId, work }: Command) => {
  if (work.type !== 'message.send') throw new Error('no send')
  return { tenantId, conversationId: work.conversationId, messageId: work.messageId }
}

const accepted = (dead: Command): Message => ({
  ...refOf(dead),
  deviceId: dead.deviceId,
  direction: 'out',
  kind: 'text',
  status: 'accepted',
  rank: STATUS_RANK.accepted,
  chat: '15552223333@s.whatsapp.net',
  isGroup: false,
  source: 'api',
  at: threadTime(1, refOf(dead).messageId),
  timestamp: '2026-06-21T08:15:00.000Z',
})

test('an accepted message whose command was given up fails with words a person understands', async () => {
  const dead = send()
  await recordOutbound(ctx, accepted(dead))
  await failDeadCommand(ctx, dead, reply)
  const message = await findMessage(ctx, refOf(dead))
  expect(message).toMatchObject({
    status: 'failed',
    error: { code: 'send_failed', message: expect.stringMatching(/not sent/) },
  })
})

test('a message that nobody had stored yet is there afterwards, as failed', async () => {
  const dead = send()
  await failDeadCommand(ctx, dead, reply)
  expect(await findMessage(ctx, refOf(dead))).toMatchObject({ status: 'failed', text: 'hi', phone: '15552223333' })
})

test('a message that WhatsApp acknowledged stays sent', async () => {
  const dead = send()
  await recordOutbound(ctx, accepted(dead))
  await advanceStatus(ctx, refOf(dead), 'sent', Date.now())
  await failDeadCommand(ctx, dead, reply)
  expect(await findMessage(ctx, refOf(dead))).toMatchObject({ status: 'sent' })
})

test('who waits for a query is told', async () => {
  await failDeadCommand(ctx, { ...send(), id: 'cmd_2', work: { type: 'groups.list' } }, reply)
  expect(replies).toEqual([{ id: 'cmd_2', message: expect.stringMatching(/could not/) }])
})
