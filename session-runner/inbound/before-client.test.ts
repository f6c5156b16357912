import { EventEmitter } from 'node:events'
import type { BinaryNode } from '@whiskeysockets/baileys'
import { beforeEach, expect, test } from 'vitest'
import { delay } from '#kit/clock.ts'
import { waitFor } from '#test/harness/wait.ts'
import type { LiveSocket } from '../connection/socket.ts'
import type { InboundDevice } from './attach.ts'
import { beforeClient } from './before-client.ts'

let ws: EventEmitter
let steps: string[]

beforeEach(() => {
  ws = new EventEmitter()
  steps = []
  ws.on('CB:message', ({ attrs }: BinaryNode) => {
    steps.push(`client ${attrs.id}`)
    if (attrs.id === 'thrown') throw new Error('the client cannot')
  })
})

const inbound = {
  device: () => ({ id: 'd1' }),
  services: { metrics: { count: () => undefined }, ctx: { log: { error: () => steps.push('given up') } } },
} as unknown as InboundDevice

const attach = (work: (id: string) => Promise<void>, oneByOne = false): void =>
  beforeClient(inbound, { ws } as unknown as LiveSocket, {
    event: 'CB:message',
    concerns: ({ attrs }) => attrs.id !== 'other',
    work: ({ attrs }) => work(attrs.id ?? ''),
    oneByOne,
    unstorable: () => steps.push('ended'),
  })

const arrive = (...ids: string[]): void => {
  for (const id of ids) ws.emit('CB:message', { tag: 'message', attrs: { id } })
}

const steppedTo = (last: string): Promise<unknown> => waitFor(last, () => steps.at(-1) === last)

test('the client gets stanzas once they are stored, in the order they came; others at once', async () => {
  attach(async (id) => {
    steps.push(`stores ${id}`)
    await delay(id === 'a' ? 20 : 0)
  })
  arrive('a', 'b', 'other')
  await steppedTo('client b')
  expect(steps).toEqual(['client other', 'stores a', 'stores b', 'client a', 'client b'])
})

test('one by one, the next is not looked at before the last is stored', async () => {
  attach(async (id) => {
    steps.push(`stores ${id}`)
    await delay(5)
  }, true)
  arrive('a', 'b')
  await steppedTo('client b')
  expect(steps).toEqual(['stores a', 'client a', 'stores b', 'client b'])
})

test('what cannot be stored ends the connection and never reaches the client', async () => {
  attach(async () => {
    throw Object.assign(new Error('not now'), { name: 'InternalServerError', $metadata: {} })
  })
  arrive('a')
  await steppedTo('ended')
  expect(steps).toEqual(['ended'])
})

test('what the store refuses for good is given up, and the client acknowledges it', async () => {
  attach(async () => {
    throw Object.assign(new Error('too large'), { name: 'ValidationException', $metadata: {} })
  })
  arrive('a')
  await steppedTo('client a')
  expect(steps).toEqual(['given up', 'client a'])
})

test('a client that fails over one stanza gets the next', async () => {
  attach(async () => undefined)
  arrive('thrown', 'b')
  await steppedTo('client b')
  expect(steps).toEqual(['client thrown', 'ended', 'client b'])
})
