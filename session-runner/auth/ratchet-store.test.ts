import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { memoryItems } from '../testing/memory-items.ts'
import { makeRatchetStore } from './ratchet-store.ts'

type Ratchet = { used: number }

const plain = { prefix: 'session', position: () => undefined, ahead: (value: Ratchet) => value }

const makeStore = () =>
  makeRatchetStore<Ratchet>(
    memoryItems().items,
    randomBytes(32),
    { ...plain, tidy: (value) => value },
    { kept: 10, changed: () => undefined },
  )

test('a write that waited for a message which could not be stored does not store that its key is used up', async () => {
  const store = makeStore()
  store.set('peer', { used: 1 })
  await store.flush(false)
  const failing = Promise.withResolvers<void>()
  const receiving = store.exclusive('peer', async () => {
    store.set('peer', { used: 2 })
    await failing.promise
    store.forget()
  })
  const flushing = store.flush(false)
  failing.resolve()
  await Promise.all([receiving, flushing])
  store.forget()
  expect(await store.get('peer')).toEqual({ used: 1 })
})

test('what was received is stored by the next write', async () => {
  const store = makeStore()
  store.set('peer', { used: 1 })
  await store.flush(false)
  store.set('peer', { used: 2 })
  await store.flush(false)
  store.forget()
  expect(await store.get('peer')).toEqual({ used: 2 })
})
