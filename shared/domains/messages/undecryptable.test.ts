import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { messageReceived, messageUndecryptable } from './events.ts'
import type { Message } from './model.ts'
import { findMessage, recordInbound, recordUndecryptable } from './repo.ts'

const TENANT = 'org_undecryptable'

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
})

afterAll(() => ctx?.close())

const message = (kind: Message['kind'], text?: string): Message => ({
  tenantId: TENANT,
  deviceId: 'device',
  conversationId: 1,
  messageId: 'ABC',
  direction: 'in',
  kind,
  status: 'received',
  rank: 1,
  chat: '15550009001@s.whatsapp.net',
  text,
  isGroup: false,
  source: 'contact',
  at: '1-ABC',
  timestamp: '2026-11-21T00:00:00.000Z',
})

const last = {
  messageId: 'ABC',
  direction: 'in' as const,
  kind: 'text' as const,
  text: 'hello',
  at: '2026-11-21T00:00:00.000Z',
  status: 'received' as const,
}

test('a message that could not be opened is replaced by its repetition, and never the other way round', async () => {
  const ref = { tenantId: TENANT, conversationId: 1, messageId: 'ABC' }
  const outbox = async (): Promise<string[]> =>
    readOutbox((await findMessage(ctx, ref)) as unknown as Record<string, unknown>).map(({ type }) => type)
  await recordUndecryptable(ctx, message('undecryptable'))
  expect(await outbox()).toEqual([messageUndecryptable.type])
  expect(await recordInbound(ctx, message('text', 'hello'), last)).toBe(true)
  expect(await outbox()).toEqual([messageReceived.type])
  await recordUndecryptable(ctx, message('undecryptable'))
  expect(await recordInbound(ctx, message('text', 'changed'), last)).toBe(false)
  expect(await findMessage(ctx, ref)).toMatchObject({ kind: 'text', text: 'hello' })
})
