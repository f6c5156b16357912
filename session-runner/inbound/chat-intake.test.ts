import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import type { Table } from '#data/table.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { waitFor } from '#test/harness/wait.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { type Emulators, startEmulators } from '../testing/emulators.ts'
import type { InboundDevice } from './attach.ts'
import { makeChatIntake } from './chat-intake.ts'

let emulators: Emulators
let main: Table
let ctx: Context
let count = 0

const place = { tenantId: 't', deviceId: '' }
/** What the client has read of the collections of app state. */
let read: Record<string, { version: number }>
/** Whether somebody wanted to know that. */
let asked: boolean
/** What went to the contacts, as news of whom. */
let saved: (string | undefined)[]

beforeAll(async () => {
  emulators = await startEmulators()
  main = (await emulators.tables()).main
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  ctx = { clock: systemClock, log: quiet, main }
}, 60_000)

afterAll(() => emulators?.close())

beforeEach(() => {
  count += 1
  place.deviceId = `device-${count}`
  read = { critical_block: { version: 4 }, critical_unblock_low: { version: 7 } }
  saved = []
})

/** The intake of a connection to a WhatsApp that holds nothing about the chat list. */
const makeIntake = () => {
  const services = {
    ctx,
    chats: { begin: () => undefined, inOrder: (_device: unknown, work: () => Promise<unknown>) => work() },
    transports: { of: async () => ({ fetchOptions: {} }) },
    contacts: { save: async (_id: string, _tenant: string, _contacts: unknown, source?: string) => saved.push(source) },
  }
  const live = {
    query: async () => ({ tag: 'iq', attrs: {}, content: [] }),
    authState: {
      keys: {
        get: async () => {
          asked = true
          return read
        },
      },
    },
  }
  const device = () => ({ id: place.deviceId, tenantId: place.tenantId })
  const inbound = { services, device, auth: { creds: {} }, socket: () => live }
  return makeChatIntake(inbound as unknown as InboundDevice, live as unknown as LiveSocket)
}

/** What was announced, once the last of `count` collections was. */
const synchronise = async (
  intake: ReturnType<typeof makeIntake>,
  count: number,
): Promise<Record<string, unknown>[]> => {
  intake.synchronise()
  return waitFor('the announcement', async () => {
    const { items } = await main.query({ pk: `D#${place.deviceId}`, prefix: 'SG#' })
    const facts = items.flatMap((item) => readOutbox(item)).map((entry) => entry.facts ?? {})
    return facts.length >= count && facts
  })
}

test('a collection that the client has not read is not announced as synchronised', async () => {
  const regular = ['regular', 'regular_high', 'regular_low']
  const names = (told: Record<string, unknown>[]) => told.map(({ collection }) => collection).sort()
  const all = await synchronise(makeIntake(), 5)
  expect(names(all)).toEqual(['critical_block', 'critical_unblock_low', ...regular])
  expect(all.find(({ collection }) => collection === 'critical_unblock_low')).toMatchObject({ version: 7 })
  place.deviceId += '-without'
  read = {}
  expect(names(await synchronise(makeIntake(), 3))).toEqual(regular)
})

test('names are news once the address book was read', async () => {
  const intake = makeIntake()
  intake.contacts([])
  await synchronise(intake, 5)
  intake.contacts([])
  expect(saved).toEqual([undefined, 'phone'])
})

test('an address book that comes late is no news either, in this connection or a later one', async () => {
  read = {}
  const intake = makeIntake()
  await synchronise(intake, 3)
  intake.contacts([])
  intake.contacts([])
  expect(saved).toEqual([undefined, 'phone'])

  saved = []
  asked = false
  const later = makeIntake()
  later.synchronise()
  await waitFor('the look at what was read', () => asked)
  later.contacts([])
  later.contacts([])
  expect(saved).toEqual([undefined, 'phone'])
})
