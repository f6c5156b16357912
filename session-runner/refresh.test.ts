import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { readOutbox } from '#data/outbox.ts'
import { findChat } from '#domains/chats/repo.ts'
import type { Device } from '#domains/devices/model.ts'
import { refreshed, type SyncedCollection, syncedCollection } from '#domains/sync/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { deviceContactKey } from './inbound/contacts.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550007101'
const CUSTOMER = '15550007102'
const CUSTOMER_JID = `${CUSTOMER}@s.whatsapp.net`

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  world.network.createPhone(CUSTOMER)
  device = await world.pair(await world.createDevice(), OWN)
  await waitFor('the first synchronisation', () => world.main.get({ pk: `D#${device.id}`, sk: 'CHSYNC' }))
}, 90_000)
beforeEach(() => {
  world.network.faults.clear()
})
afterAll(async () => {
  await world?.close()
}, 60_000)

const phone = () => world.network.phone(OWN)

const sync = async (how: { full: boolean; recovery: boolean }): Promise<SyncedCollection[]> =>
  z.array(syncedCollection).parse(await world.ask(device, { type: 'sync.app-state', ...how }))

/** What was announced of collections that were read whole, since `since`. */
const announced = async (since: number): Promise<Record<string, unknown>[]> => {
  const { items } = await world.main.query({ pk: `D#${device.id}`, prefix: 'SG#' })
  const entries = items.flatMap((item) => readOutbox(item))
  return entries
    .filter(({ type, at }) => type === 'app_state.synchronised' && Date.parse(at) >= since)
    .map(({ facts }) => facts ?? {})
}

const chat = () => findChat(world.ctx, device.id, CUSTOMER_JID)

/** What the client keeps of a collection. */
const named = (results: SyncedCollection[], success: boolean): string[] =>
  results.filter((result) => result.success === success).map(({ name }) => name)

test('a refresh reports every part: app state, keys, privacy', async () => {
  await world.ask(device, { type: 'device.reconnect' })
  const all = { appState: true, preKeys: true, privacy: true, recovery: true }
  const report = refreshed.parse(await world.ask(device, { type: 'sync.refresh', ...all }))
  expect(named(report.appState ?? [], true)).toHaveLength(5)
  expect(report.preKeys).toMatchObject({ checked: true, uploaded: false })
  expect(report.preKeys?.serverCount).toBeGreaterThan(5)
  expect(report.privacy).toEqual({ fetched: true })
  const none = { appState: false, preKeys: false, privacy: false, recovery: false }
  expect(Object.keys(refreshed.parse(await world.ask(device, { type: 'sync.refresh', ...none })))).toEqual([
    'durationMs',
  ])
}, 60_000)

test('a part that WhatsApp refuses says so, and the others are done', async () => {
  world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'privacy', code: 500 })
  world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'encrypt', code: 503 })
  const all = { appState: true, preKeys: true, privacy: true, recovery: false }
  const report = refreshed.parse(await world.ask(device, { type: 'sync.refresh', ...all }))
  expect(named(report.appState ?? [], true)).toHaveLength(5)
  expect(report.preKeys).toMatchObject({ checked: false, error: expect.any(String) })
  expect(report.privacy).toMatchObject({ fetched: false, error: expect.any(String) })
}, 60_000)

test('keys that run low are given to WhatsApp', async () => {
  world.network.faults.set({ kind: 'prekeys-used', phone: OWN })
  const parts = { appState: false, preKeys: true, privacy: false, recovery: false }
  const low = refreshed.parse(await world.ask(device, { type: 'sync.refresh', ...parts }))
  expect(low.preKeys).toEqual({ checked: true, serverCount: 2, uploaded: true })
  const again = refreshed.parse(await world.ask(device, { type: 'sync.refresh', ...parts }))
  expect(again.preKeys).toMatchObject({ checked: true, uploaded: false })
  expect(again.preKeys?.serverCount).toBeGreaterThan(5)
}, 60_000)

test('a full synchronisation brings what was lost here, and changes made on the phone still arrive after it', async () => {
  await phone().chats.change(CUSTOMER, { pinned: true })
  await waitFor('the pin', async () => (await chat())?.pinned)
  await world.main.remove({ pk: `D#${device.id}`, sk: `CH#${CUSTOMER_JID}` })
  const since = world.ctx.clock.nowMs()
  const results = await sync({ full: true, recovery: true })
  expect(named(results, true)).toEqual([
    'critical_block',
    'critical_unblock_low',
    'regular_low',
    'regular_high',
    'regular',
  ])
  expect(results.every(({ recoveryRequested }) => recoveryRequested === false)).toBe(true)
  const told = await announced(since)
  expect(told.map(({ collection }) => collection).sort()).toEqual(named(results, true).sort())
  expect(told.find(({ collection }) => collection === 'regular_low')?.version).toBeGreaterThan(0)
  expect(await chat()).toMatchObject({ pinned: true })
  await phone().chats.change(CUSTOMER, { muted: true })
  await waitFor('the mute', async () => (await chat())?.mutedUntil)
}, 60_000)

test('an old deletion on the phone does not undo what came after it', async () => {
  await phone().send({ to: CUSTOMER, text: 'hello' })
  await phone().chats.change(CUSTOMER, { deleted: true })
  await waitFor('the deletion', async () => (await chat())?.deletedAt)
  await phone().chats.change(CUSTOMER, { archived: true })
  await waitFor('the archive', async () => (await chat())?.archived)
  const before = await chat()
  await sync({ full: true, recovery: false })
  expect(await chat()).toMatchObject({ archived: true, pinned: before?.pinned, mutedUntil: before?.mutedUntil })
}, 60_000)

test('entries that cannot be opened are no success; the copy of the phone is taken in their place', async () => {
  await phone().update({ contacts: [{ phone: '15550007199', name: 'Rescued Contact' }] })
  const key = deviceContactKey(device.id, '15550007199@s.whatsapp.net')
  await waitFor('the contact', () => world.main.get(key))
  await world.main.remove(key)

  world.network.faults.set({ kind: 'app-state-damaged', phone: OWN })
  const plain = await sync({ full: true, recovery: false })
  expect(named(plain, false)).toContain('critical_unblock_low')
  expect(plain.find(({ name }) => name === 'critical_unblock_low')).not.toHaveProperty('recoveryRequested')
  expect(plain.find(({ success }) => !success)?.error).toEqual(expect.any(String))
  expect(await world.main.get(key)).toBeUndefined()

  const since = world.ctx.clock.nowMs()
  const results = await sync({ full: true, recovery: true })
  expect(results.find(({ name }) => name === 'critical_unblock_low')).toMatchObject({
    success: false,
    recoveryRequested: true,
  })
  expect(results.find(({ success }) => success)?.recoveryRequested).toBe(false)
  await waitFor('the contact from the copy', () => world.main.get(key))
  await waitFor('the copy to be announced', async () =>
    (await announced(since)).find(({ collection, recovery }) => collection === 'critical_unblock_low' && recovery),
  )

  world.network.faults.clear()
  expect(named(await sync({ full: false, recovery: false }), false)).toEqual([])
  await phone().chats.change(CUSTOMER, { pinned: true })
  await waitFor('a change after the recovery', async () => (await chat())?.pinned)
}, 60_000)

test('silence and refusals are told for each collection', async () => {
  world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'w:sync:app:state', code: 500 })
  const refused = await sync({ full: false, recovery: false })
  expect(named(refused, false)).toHaveLength(5)
  world.network.faults.clear()
  expect(named(await sync({ full: false, recovery: false }), true)).toHaveLength(5)
}, 60_000)
