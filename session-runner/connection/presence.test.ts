import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import { makePresence, watchPresence } from './presence.ts'
import type { LiveSocket } from './socket.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const made = (settings: Partial<Device['settings']> = {}) => {
  const said: unknown[] = []
  const me: { name?: string } = {}
  const live = {
    authState: { creds: { me } },
    sendNode: async (node: unknown) => void said.push(node),
    ev: { emit: (_name: string, update: unknown) => said.push(update) },
  } as unknown as LiveSocket
  const now: { socket: LiveSocket | undefined } = { socket: live }
  const presence = makePresence(
    () => ({ settings }) as Device,
    () => now.socket,
  )
  return { presence, live, me, said, now }
}

const LATER_MS = 15_000

test('an account that never gets a name is shown as available, and its receipts count', async () => {
  const { presence, live, said } = made()
  presence.availableUnnamed(live)
  await vi.advanceTimersByTimeAsync(LATER_MS - 1)
  expect(said).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(said).toEqual([{ tag: 'presence', attrs: { type: 'available' } }, { isOnline: true }])
})

test('nothing is said where a name arrived, the connection ended, or the account wants to be away', async () => {
  const named = made()
  const ended = made()
  const away = made({ autoPresenceUnavailable: true })
  for (const { presence, live } of [named, ended, away]) presence.availableUnnamed(live)
  named.me.name = 'Ann'
  ended.now.socket = undefined
  await vi.advanceTimersByTimeAsync(LATER_MS)
  expect([named.said, ended.said, away.said]).toEqual([[], [], []])
})

test('a person is watched once on each connection, a group or a channel never', async () => {
  const asked: string[] = []
  const connection = () => ({ presenceSubscribe: async (jid: string) => void asked.push(jid) }) as unknown as LiveSocket
  const first = connection()
  for (const jid of ['1@s.whatsapp.net', '2@lid', '1@s.whatsapp.net', '3@g.us', '4@newsletter']) {
    await watchPresence(first, jid)
  }
  expect(asked).toEqual(['1@s.whatsapp.net', '2@lid'])
  await watchPresence(connection(), '1@s.whatsapp.net')
  expect(asked).toHaveLength(3)
})
