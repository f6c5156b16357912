import { expect, test } from 'vitest'
import type { Message } from '#domains/messages/model.ts'
import { fitted } from './fit.ts'

const message: Message = {
  tenantId: 't',
  deviceId: 'd',
  conversationId: 1,
  messageId: '3EB0',
  direction: 'in',
  kind: 'text',
  status: 'received',
  rank: 0,
  chat: '15550001111@s.whatsapp.net',
  text: 'hello',
  isGroup: false,
  source: 'contact',
  at: '1',
  timestamp: '2026-01-01T00:00:00.000Z',
  proto: Buffer.from('proto'),
  protoUntil: 1,
}

test('a message of usual length is kept as it is', () => {
  expect(fitted({ ...message, payload: { forwarded: true } })).toEqual({ ...message, payload: { forwarded: true } })
})

test('what is too long for the table is cut and says so', () => {
  const long = fitted({ ...message, text: 'x'.repeat(420_000), proto: Buffer.alloc(420_000) })
  expect(long).toMatchObject({ messageId: '3EB0', payload: { cut: true } })
  expect(long.text).toHaveLength(65_536)
  expect([long.proto, long.protoUntil]).toEqual([undefined, undefined])
  const facts = fitted({ ...message, payload: { contacts: ['x'.repeat(200_000)] } })
  expect(facts).toEqual({ ...message, payload: { cut: true } })
})

test('facts that the table refuses are made such that it takes them', () => {
  let deep: unknown = 'bottom'
  for (let level = 0; level < 5_000; level += 1) deep = { deep }
  const { payload } = fitted({
    ...message,
    payload: {
      latitude: Number.NaN,
      longitude: 1,
      startsAt: 2 ** 63,
      tiny: 1e-200,
      '': 'no name',
      deep,
      list: [Infinity],
    },
  })
  expect(payload).toMatchObject({ longitude: 1, startsAt: '9223372036854776000', tiny: 0, list: [null] })
  expect(Object.keys(payload ?? {})).not.toContain('')
  expect(JSON.stringify(payload).length).toBeLessThan(500)
})
