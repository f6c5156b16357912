import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { makeTable } from '#data/table.ts'
import { systemClock } from '#kit/clock.ts'
import { parseRecipient } from '#kit/phone.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { type FakeRunner, startFakeRunner } from '#test/harness/fake-runner.ts'
import { conversationKey } from '../conversations/model.ts'
import { makeThreads } from '../conversations/threads.ts'
import { createDevice } from '../devices/create.ts'
import type { Device } from '../devices/model.ts'
import { changeDevice } from '../devices/repo.ts'
import { findMessage } from './repo.ts'
import { type SendInput, type SendPorts, sendMessage } from './send.ts'

let ctx: DomainContext
let runner: FakeRunner
let ports: SendPorts
let device: Device

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  Object.assign(ctx.clock, systemClock)
  runner = startFakeRunner(ctx)
  const counters = makeCounters(ctx.main)
  const made = await createDevice(ctx, counters, { tenantId: 'org_send', name: 'd', token: 'a-token-of-a-device' }, 1)
  const online = { state: 'online', desired: 'online', jid: '15550001111:1@s.whatsapp.net' } as const
  device = (await changeDevice(ctx, made.id, { set: online })) ?? made
  ports = {
    commands: {
      sqs: ctx.stores.sqs,
      queueUrls: [ctx.stores.queues['commands-0.fifo'] ?? ''],
      session: ctx.session,
      clock: ctx.clock,
    },
    threads: makeThreads(counters),
    media: () => {
      throw new Error('a text needs no bucket')
    },
  }
})
beforeEach(() => runner.onSend(() => 'ack'))
afterAll(async () => {
  await runner?.stop()
  await ctx?.close()
})

const text = (to: string, body: string, more: Partial<SendInput> = {}): SendInput => ({
  tenantId: device.tenantId,
  deviceId: device.id,
  to: parseRecipient(to, 'Phone'),
  content: { kind: 'text', text: body },
  readiness: 'session',
  ...more,
})

test('a sent message is stored with its states and becomes the newest of its conversation', async () => {
  const outcome = await sendMessage(ctx, ports, text('15551000001', 'hello', { name: 'Budi' }))
  const { conversationId, messageId } = outcome
  const stored = await findMessage(ctx, { tenantId: device.tenantId, conversationId, messageId })
  expect(stored).toMatchObject({ status: 'sent', direction: 'out', text: 'hello', phone: '15551000001', source: 'api' })
  expect(outcome.at).toBe(stored?.sentAt)
  expect(await ctx.main.get(conversationKey(device.tenantId, conversationId))).toMatchObject({
    chat: '15551000001@s.whatsapp.net',
    name: 'Budi',
    lastMessage: { messageId, text: 'hello', direction: 'out' },
    unreadCount: 0,
  })
})

test('when WhatsApp does not answer in time the caller learns the id and that the message stays queued', async () => {
  runner.onSend(() => 'silence')
  let passed = 0
  const clock = { nowMs: ctx.clock.nowMs, monotonicMs: () => systemClock.monotonicMs() + passed }
  const sending = sendMessage({ ...ctx, clock }, ports, text('15551000002', 'x'))
  await expect.poll(() => runner.sends().some(({ to }) => to.startsWith('15551000002'))).toBe(true)
  passed = 60_000
  const error = await sending.catch((thrown: unknown) => thrown)
  const id = runner.sends().find(({ to }) => to.startsWith('15551000002'))?.messageId ?? 'none'
  expect(error).toMatchObject({
    code: 'outcome_unknown',
    status: 504,
    data: { id },
    message: expect.stringContaining(id),
  })
})

test('a request repeated under its reserved id after the answer was lost is the same message', async () => {
  const input = text('15551000003', 'x', { reservedId: '3EB0RESERVED' })
  const first = await sendMessage(ctx, ports, input)
  const second = await sendMessage(ctx, ports, input)
  expect(second).toMatchObject({ messageId: first.messageId, state: 'sent', at: first.at })
  expect(runner.sends().filter(({ messageId }) => messageId === '3EB0RESERVED')).toHaveLength(1)
})

test('a repetition of a message that failed answers the failure and does not send again', async () => {
  runner.onSend(() => ({ refuse: 463 }))
  const input = text('15551000004', 'x', { messageId: 'FAILED-1' })
  const refused = { code: 'send_failed', data: { providerCode: 463, id: 'FAILED-1' } }
  await expect(sendMessage(ctx, ports, input)).rejects.toMatchObject(refused)
  runner.onSend(() => 'ack')
  await expect(sendMessage(ctx, ports, input)).rejects.toMatchObject(refused)
  expect(runner.sends().filter(({ messageId }) => messageId === 'FAILED-1')).toHaveLength(1)
})

test('polls and events get a secret when they are accepted, and a repetition is still the same message', async () => {
  const content = { kind: 'poll' as const, question: 'Tea?', options: ['yes', 'no'], single: true }
  const input = { ...text('15551000005', 'x', { messageId: 'POLL-1' }), content }
  await sendMessage(ctx, ports, input)
  await sendMessage(ctx, ports, input)
  const works = runner.sends().filter(({ messageId }) => messageId === 'POLL-1')
  expect(works).toHaveLength(1)
  const sent = works[0]?.content
  if (sent?.kind !== 'poll') throw new Error('it was not sent as a poll')
  expect(sent).toMatchObject(content)
  expect(Buffer.from(sent.secret ?? '', 'base64')).toHaveLength(32)
})

test('a number that WhatsApp knows otherwise is written to as WhatsApp knows it', async () => {
  runner.onQuery('users.check', () => [{ phone: '5521999990001', exists: true, jid: '552199990001@s.whatsapp.net' }])
  const input = text('5521999990001', 'x', { numberCheck: true, messageId: 'CHECKED-1' })
  const first = await sendMessage(ctx, ports, input)
  const second = await sendMessage(ctx, ports, input)
  const works = runner.sends().filter(({ messageId }) => messageId === 'CHECKED-1')
  expect(works.map(({ to }) => to)).toEqual(['552199990001@s.whatsapp.net'])
  expect(second).toEqual(first)
  const stored = await findMessage(ctx, { ...first, tenantId: device.tenantId })
  expect(stored).toMatchObject({ phone: '552199990001', status: 'sent' })
})

test('a wish to be announced travels with the message', async () => {
  const sent = await sendMessage(ctx, ports, text('15551000006', 'x', { echo: true }))
  expect(runner.sends().find(({ messageId }) => messageId === sent.messageId)?.context.echo).toBe(true)
  const stored = await findMessage(ctx, { ...sent, tenantId: device.tenantId })
  expect(stored?.payload).toEqual({ echoApi: true })
})

test('a group and a hidden id are chats like a number', async () => {
  const group = await sendMessage(ctx, ports, text('120362023605733675@g.us', 'x'))
  const hidden = await sendMessage(ctx, ports, text('123456789012345@lid', 'x'))
  const tenantId = device.tenantId
  expect(await findMessage(ctx, { ...group, tenantId })).toMatchObject({
    isGroup: true,
    chat: '120362023605733675@g.us',
  })
  expect(await findMessage(ctx, { ...hidden, tenantId })).toMatchObject({ isGroup: false, lid: '123456789012345' })
})

test('a text on a known thread costs two writes before the answer of WhatsApp, and one message in the queue', async () => {
  await sendMessage(ctx, ports, text('15551000007', 'first'))
  let writes = 0
  const counted = makeTable(ctx.stores.dynamodb, ctx.main.name)
  const main = new Proxy(counted, {
    get: (target, name: keyof typeof counted) => {
      if (['put', 'update', 'transact', 'remove'].includes(name)) writes += 1
      return target[name]
    },
  })
  const before = runner.sends().length
  await sendMessage({ ...ctx, main }, ports, text('15551000007', 'second'))
  expect(writes).toBe(2)
  expect(runner.sends().length - before).toBe(1)
})
