import type { Connection } from './companion.ts'
import { unixSeconds } from './events.ts'
import { parseJid } from './jid.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childrenOf, node } from './nodes.ts'
import { addressingOf, endpointJid } from './stanzas.ts'
import { accountOf, readyDevices, type World } from './world.ts'

/** Presence of an account as the given addressing shows it. */
function presenceStanza(phone: Phone, jid: string): BinaryNode {
  const from = endpointJid({ phone, device: 0 }, addressingOf(jid))
  return phone.available
    ? node('presence', { from })
    : node('presence', { from, type: 'unavailable', last: phone.lastSeen })
}

/** Tells those who subscribed. The subscriptions are `number|jid` and live as long as the network does. */
function tellSubscribers(world: World, phone: Phone): void {
  for (const subscription of phone.presenceSubscribers) {
    const [number = '', jid = ''] = subscription.split('|')
    const subscriber = world.phones.get(number)
    for (const device of subscriber ? readyDevices(subscriber) : []) device.connection?.send(presenceStanza(phone, jid))
  }
}

/** Shows an account as online or not; it is online while its phone or a companion says so. */
export function setAvailable(world: World, phone: Phone, available: boolean): void {
  if (phone.available === available) return
  phone.available = available
  if (!available) phone.lastSeen = unixSeconds()
  tellSubscribers(world, phone)
  world.hub.emit({ type: 'presence', phone: phone.phone, data: { available } })
}

/** Takes a presence stanza. One without a type is a side effect of credential updates in the client and means nothing. */
export function takePresence(world: World, connection: Connection, stanza: BinaryNode): void {
  const { device } = connection
  const phone = device && world.phones.get(device.phone)
  if (!device || !phone) return
  const { type, to } = stanza.attrs
  if (type === 'subscribe' && to) {
    const other = accountOf(world, parseJid(to).user)
    other?.presenceSubscribers.add(`${phone.phone}|${to}`)
    if (other) connection.send(presenceStanza(other, to))
  } else if (type === 'available' || type === 'unavailable') {
    device.available = type === 'available'
    setAvailable(
      world,
      phone,
      [...phone.devices.values()].some((each) => each.available),
    )
  }
}

/** Tells the companions of an account, or of a group's members, that somebody is typing. */
export function sendChatState(
  world: World,
  from: { phone: Phone; device: number },
  to: string,
  state: BinaryNode,
): void {
  const group = world.groups.get(to)
  const targets = group
    ? [...group.members.keys()].map((number) => world.phones.get(number))
    : [accountOf(world, parseJid(to).user)]
  const own = endpointJid({ phone: from.phone, device: 0 }, group ? 'lid' : addressingOf(to))
  const stanza = group
    ? node('chatstate', { from: to, participant: own }, [state])
    : node('chatstate', { from: own }, [state])
  for (const target of targets) {
    if (!target || target === from.phone) continue
    for (const device of readyDevices(target)) device.connection?.send(stanza)
    world.hub.emit({
      type: 'chatstate',
      phone: target.phone,
      data: { from: from.phone.phone, chat: to, state: state.tag },
    })
  }
}

/** Takes a typing stanza of a companion. */
export function takeChatState(world: World, connection: Connection, stanza: BinaryNode): void {
  const { device } = connection
  const phone = device && world.phones.get(device.phone)
  const state = childrenOf(stanza)[0]
  if (device && phone && state) sendChatState(world, { phone, device: device.id }, stanza.attrs.to ?? '', state)
}
