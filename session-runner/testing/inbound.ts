import { afterAll, beforeAll } from 'vitest'
import type { DeviceFacts } from '#domains/deliveries/model.ts'
import { digigoPayload } from '#domains/deliveries/payloads/digigo.ts'
import type { Device } from '#domains/devices/model.ts'
import { messageReceived } from '#domains/messages/events.ts'
import type { Message } from '#domains/messages/model.ts'
import { toEventRecord } from '#kit/define-event.ts'
import type { MessageInput } from '#local/whatsapp/phone-compose.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './world.ts'

/** Number of the linked device. */
export const OWN = '15550009001'
/** Number of the friend who writes to it. */
export const FRIEND = '15550009002'
/** The chat with the friend. */
export const CHAT = `${FRIEND}@s.whatsapp.net`
/** The chat that status posts lie in. */
export const STATUS = 'status@broadcast'

/** A message as it lies in the table. */
export type Item = Message & Record<string, unknown>

/** A linked device with a friend, and a group of both, for the tests of a file; and what they do with it. */
export const useInbound = () => {
  let world: World
  let device: Device
  let group: string

  beforeAll(async () => {
    world = await startWorld()
    await world.startRunner()
    device = await world.pair(await world.createDevice(), OWN)
    world.network.createPhone(FRIEND, { name: 'Fay', contacts: [{ phone: OWN, name: 'Shop' }] })
    group = world.network.groups.create(FRIEND, 'Team', [OWN]).id
  }, 90_000)

  afterAll(() => world?.close(), 60_000)

  const friend = () => world.network.phone(FRIEND)

  const stored = (id: string, chat = CHAT, accept: (message: Item) => boolean = () => true): Promise<Item> =>
    waitFor(
      `message ${id}`,
      async () => {
        const found = (await world.conversation(device, chat)).find((message) => message.messageId === id)
        return found && accept(found as Item) && (found as Item)
      },
      { everyMs: 20 },
    )

  const sends = async (input: Omit<MessageInput, 'to'>, to = OWN): Promise<string> =>
    (await friend().send({ to, ...input })).id

  /** The webhook of a message's arrival, made of the item as the stream shows it. */
  const webhookOf = async (item: Item): Promise<Record<string, never>> => {
    const { id, number, name, jid, lid } = await world.currentDevice(device)
    const facts: DeviceFacts = { id, number, name, jid, lid }
    const entry = { type: messageReceived.type, id: 'evt_1', at: item.timestamp }
    const payload = await digigoPayload(toEventRecord(messageReceived, entry, item), facts, { publicUrl: 'https://gw' })
    return JSON.parse(JSON.stringify(payload))
  }

  return {
    get world() {
      return world
    },
    get device() {
      return device
    },
    get group() {
      return group
    },
    friend,
    stored,
    sends,
    webhookOf,
  }
}
