import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command, WorkOf } from '#domains/commands/model.ts'
import { STATUS_RANK } from '#domains/messages/model.ts'
import { failureOf } from '#domains/messages/outcome.ts'
import { findMessage, recordOutbound } from '#domains/messages/repo.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import type { RunnerServices } from '../services.ts'
import { refusal } from './failures.ts'
import { makeSender } from './send.ts'

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
})
afterAll(() => ctx?.close())

const acceptedAt = '2026-06-21T08:15:00.000Z'
const error = { code: 'send_failed', providerCode: 404, message: 'The chat does not exist.' }

const commandFor = (messageId: string, to = '120@g.us'): { command: Command; work: WorkOf<'message.send'> } => {
  const work: WorkOf<'message.send'> = {
    type: 'message.send',
    conversationId: 1,
    messageId,
    to,
    content: { kind: 'text', text: 'x' },
    context: {},
    source: 'api',
    acceptedAt,
  }
  const command = { id: `cmd_${messageId}`, tenantId: 'org_1', deviceId: 'd1', deadlineAt: acceptedAt, work }
  return { command, work }
}

/** What the accepting side stores once the command is on the queue. */
const accept = (messageId: string): Promise<boolean> =>
  recordOutbound(ctx, {
    tenantId: 'org_1',
    deviceId: 'd1',
    conversationId: 1,
    messageId,
    direction: 'out',
    kind: 'text',
    status: 'accepted',
    rank: STATUS_RANK.accepted,
    chat: '120@g.us',
    isGroup: true,
    source: 'api',
    at: acceptedAt,
    timestamp: acceptedAt,
  })

const sender = (main = ctx.main) =>
  makeSender({ ctx: { ...ctx, main }, metrics: { count: () => undefined } } as unknown as RunnerServices)

const stored = (messageId: string) => findMessage(ctx, { tenantId: 'org_1', conversationId: 1, messageId })

const statusOf = async (messageId: string) => (await stored(messageId))?.status

test.each(['before', 'after'])('a failure is stored when the item is written %s it', async (when) => {
  const { command, work } = commandFor(`F-${when}`)
  if (when === 'before') await accept(work.messageId)
  await sender().failed(command, work, error)
  if (when === 'after') await accept(work.messageId)
  expect(await statusOf(work.messageId)).toBe('failed')
})

test('a failure is stored also when the item is written while it is', async () => {
  const { command, work } = commandFor('F-during')
  const put: typeof ctx.main.put = async (item, options) => {
    await accept(work.messageId)
    return ctx.main.put(item, options)
  }
  await sender({ ...ctx.main, put }).failed(command, work, error)
  expect(await statusOf(work.messageId)).toBe('failed')
})

test.each([
  ['15550009999@s.whatsapp.net', 404, 'not_on_whatsapp'],
  ['900009@lid', 404, 'not_on_whatsapp'],
  ['120@g.us', 401, 'not_group_member'],
  ['120@g.us', 403, 'forbidden'],
  ['120@g.us', 404, 'group_unknown'],
  ['15550009999@s.whatsapp.net', 463, 'send_failed'],
  ['120@newsletter', 403, 'send_failed'],
])('a refusal is stored with the reason that a caller who waits is told: to %s with %i', async (to, code, reason) => {
  const { command, work } = commandFor(`R-${to}-${code}`, to)
  await sender().failed(command, work, refusal(code))
  const failure = (await stored(work.messageId))?.error
  expect(failure).toMatchObject({ code: reason, providerCode: code })
  expect(failureOf(failure, work.messageId, to)).toMatchObject({ code: reason, message: failure?.message })
})
