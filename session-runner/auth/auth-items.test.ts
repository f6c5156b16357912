import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Table } from '#data/table.ts'
import { type Emulators, startEmulators } from '../testing/emulators.ts'
import { FenceLost, FencePaused, LoginEnded, makeAuthItems } from './auth-items.ts'

const key = randomBytes(32)
let emulators: Emulators
let session: Table

beforeAll(async () => {
  emulators = await startEmulators()
  session = (await emulators.tables()).session
}, 60_000)

afterAll(() => emulators?.close())

const owner = (device: string, epoch: number, valid = () => true) =>
  makeAuthItems(session, emulators.dynamodb, device, { epoch, valid })

test('once a new owner has read an item, the old one can neither write nor read it', async () => {
  const old = owner('fence', 5)
  const next = owner('fence', 6)
  await old.put(key, 'session#a', { n: 1 })
  await old.put(key, 'session#b', { n: 1 })
  const item = await next.claimItem('session#a')
  expect(item && (await next.valueOf(key, item))).toEqual({ n: 1 })
  await expect(old.put(key, 'session#a', { n: 2 })).rejects.toThrow(FenceLost)
  await expect(old.claimItem('session#a')).rejects.toThrow(FenceLost)
  await expect(old.remove('session#a')).rejects.toThrow(FenceLost)
  // What the new owner has not looked at may still change, and is seen as it is when it does.
  await old.put(key, 'session#b', { n: 3 })
  const late = await next.claimItem('session#b')
  expect(late && (await next.valueOf(key, late))).toEqual({ n: 3 })
})

test('a holder whose lease ran out by its own clock touches nothing', async () => {
  const paused = owner('paused', 5, () => false)
  await expect(paused.put(key, 'session#a', {})).rejects.toThrow(FencePaused)
  await expect(paused.claimItem('session#a')).rejects.toThrow(FencePaused)
})

test('values are encrypted, and an item cannot stand in for another', async () => {
  const items = owner('sealed', 1)
  await items.put(key, 'session#a', { secret: 'in the clear?' })
  const stored = await session.get<{ v: Uint8Array }>({ pk: 'A#sealed', sk: 'session#a' })
  expect(Buffer.from(stored?.v ?? []).includes('in the clear?')).toBe(false)
  await session.put({ pk: 'A#sealed', sk: 'session#b', epoch: 1, v: stored?.v })
  const swapped = await items.claimItem('session#b')
  expect(swapped).toBeDefined()
  await expect(items.valueOf(key, swapped as never)).rejects.toThrow()
})

test('a value beyond the size of an item comes back whole', async () => {
  const items = owner('long', 1)
  const value = randomBytes(900_000)
  await items.put(key, 'app-state-sync-version#regular', value)
  const found = await items.readMany(key, ['app-state-sync-version#regular'])
  expect(Buffer.from(found.get('app-state-sync-version#regular') as Uint8Array).equals(value)).toBe(true)
})

test('nothing of a login is left after it was removed, whatever was being written', async () => {
  const items = owner('ended', 1)
  await items.put(key, 'creds', { n: 1 })
  const writes = [
    items.put(key, 'session#a', { n: 1 }),
    items.put(key, 'long', randomBytes(900_000)),
    items.putLoose(key, new Map([['lid-mapping#1', 'x']])),
  ]
  await items.removeAll()
  await Promise.all(writes)
  expect((await session.query({ pk: 'A#ended' })).items).toEqual([])
  await expect(items.put(key, 'session#b', {})).rejects.toThrow(LoginEnded)
  await expect(items.putLoose(key, new Map([['x', 1]]))).rejects.toThrow(LoginEnded)
})

test('many loose facts are written and removed in batches', async () => {
  const items = owner('loose', 1)
  const facts = new Map<string, unknown>(Array.from({ length: 60 }, (_, at) => [`lid-mapping#${at}`, `lid${at}`]))
  await items.putLoose(key, facts)
  expect((await items.readMany(key, [...facts.keys()])).size).toBe(60)
  await items.putLoose(key, new Map([...facts.keys()].map((sk) => [sk, null])))
  expect((await items.readMany(key, [...facts.keys()])).size).toBe(0)
})
