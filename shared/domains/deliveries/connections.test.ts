import { expect, test } from 'vitest'
import type { EventRecord } from '#kit/define-event.ts'
import { type Connection, maySee } from './connections.ts'

const event: EventRecord = {
  id: 'evt_1',
  type: 'message.received',
  version: 1,
  at: '2026-06-21T08:15:00.000Z',
  tenantId: 'org_1',
  deviceId: 'd1',
  data: {},
}
const by = { kind: 'apiKey', id: 'key_1' } as const
const connection: Connection = { connectionId: 'c', tenantId: 'org_1', by, seesQr: true, connectedAt: event.at }

test('a connection sees the events of its tenant and of nobody else', () => {
  expect(maySee(connection, event, undefined)).toBe(true)
  expect(maySee(connection, { ...event, tenantId: 'org_2' }, undefined)).toBe(false)
})

test('a device credential sees its own device only', () => {
  expect(maySee({ ...connection, deviceId: 'd1' }, event, undefined)).toBe(true)
  expect(maySee({ ...connection, deviceId: 'd2' }, event, undefined)).toBe(false)
  expect(maySee({ ...connection, deviceId: 'd1' }, { ...event, deviceId: undefined }, undefined)).toBe(false)
})

test('a user limited to inboxes sees the devices of these inboxes only', () => {
  const limited = { ...connection, inboxIds: [1, 2] }
  expect(maySee(limited, event, { inboxId: 2 })).toBe(true)
  expect(maySee(limited, event, { inboxId: 3 })).toBe(false)
  expect(maySee(limited, event, undefined)).toBe(false)
})

test('a user in no inbox sees the devices that are in none, and what concerns no device is not for him', () => {
  const limited = { ...connection, inboxIds: [] }
  expect(maySee(limited, event, {})).toBe(true)
  expect(maySee(limited, event, { inboxId: 1 })).toBe(false)
  expect(maySee(limited, { ...event, deviceId: undefined }, undefined)).toBe(false)
})

test('QR codes go to those who may link devices', () => {
  const qr = { ...event, type: 'device.qr' }
  expect(maySee(connection, qr, undefined)).toBe(true)
  expect(maySee({ ...connection, seesQr: false }, qr, undefined)).toBe(false)
})

test('a token sees the devices of its identity only', () => {
  const limited = { ...connection, identity: 'one' }
  expect(maySee(limited, event, { identity: 'one' })).toBe(true)
  expect(maySee(limited, event, { identity: 'two' })).toBe(false)
  expect(maySee(limited, event, undefined)).toBe(false)
})

test('a connection that was opened to link a phone hears of nothing else', () => {
  expect(maySee({ ...connection, link: { deviceId: 'd1' } }, event, undefined)).toBe(false)
})
