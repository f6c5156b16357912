import { botRequests } from './bots.ts'
import { businessRequests } from './business.ts'
import { takeCall } from './calls.ts'
import { takeMessage } from './client-messages.ts'
import type { Connection } from './companion.ts'
import type { ConnectionHandlers } from './connection.ts'
import { faultTarget } from './faults.ts'
import { errorOf, findHandler, IqError, type IqTable, resultOf } from './iq.ts'
import { accountRequests } from './iq-account.ts'
import { appStateRequests } from './iq-app-state.ts'
import { communityRequests } from './iq-communities.ts'
import { groupRequests } from './iq-groups.ts'
import { keyRequests } from './iq-keys.ts'
import { mexRequests } from './iq-mex.ts'
import { newsletterRequests } from './iq-newsletter.ts'
import { privacyRequests } from './iq-privacy.ts'
import { selfAnswered, sessionRequests } from './iq-session.ts'
import { statusRequests } from './iq-status.ts'
import { phoneDigits } from './jid.ts'
import { logIn } from './login.ts'
import { type BinaryNode, childrenOf, node } from './nodes.ts'
import {
  abandonPairing,
  companionFinish,
  companionHello,
  linkCodeStage,
  offerPairing,
  takePairingAnswer,
} from './pairing.ts'
import { pictureRequests } from './pictures.ts'
import { setAvailable, takeChatState, takePresence } from './presence.ts'
import { takeAck, takeReceipt } from './receipts.ts'
import { usyncRequests } from './usync.ts'
import type { World } from './world.ts'

const REQUESTS: IqTable = {
  ...accountRequests,
  ...privacyRequests,
  ...businessRequests,
  ...botRequests,
  ...pictureRequests,
  ...keyRequests,
  ...usyncRequests,
  ...groupRequests,
  ...communityRequests,
  ...appStateRequests,
  ...mexRequests,
  ...newsletterRequests,
  ...sessionRequests,
  ...statusRequests,
}

/** Requests of a companion that is not linked yet. */
function takePairingIq(world: World, connection: Connection, iq: BinaryNode): void {
  if (iq.attrs.type === 'result') {
    takePairingAnswer(connection, iq)
    return
  }
  const { stage, registration } = linkCodeStage(iq)
  const refused = world.faults.take('code-refused', {})
  if (refused && stage === 'companion_hello') {
    connection.send(errorOf(iq, refused.code ?? 400, 'bad-request'))
  } else if (stage === 'companion_hello' && registration) {
    connection.send(resultOf(iq, companionHello(connection, registration)))
  } else if (stage === 'companion_finish' && registration) {
    const number = phoneDigits(connection.pairing?.code?.phone ?? '')
    const good = companionFinish(world.phones.get(number), connection, registration)
    connection.send(good ? resultOf(iq) : errorOf(iq, 400, 'bad-request'))
  } else {
    connection.send(resultOf(iq))
  }
}

async function takeIq(world: World, connection: Connection, iq: BinaryNode): Promise<void> {
  const { device } = connection
  const phone = device && world.phones.get(device.phone)
  if (!device || !phone) {
    takePairingIq(world, connection, iq)
    return
  }
  if (iq.attrs.type === 'result') return
  const { xmlns } = iq.attrs
  if (world.faults.take('iq-withhold', faultTarget(device), xmlns)) return
  const fault = world.faults.take('iq-error', faultTarget(device), xmlns)
  const handler = findHandler(REQUESTS, iq)
  try {
    if (fault) throw new IqError(fault.code ?? 500, 'internal-server-error')
    if (!handler) throw new IqError(501, 'feature-not-implemented')
    const answer = await handler({ world, connection, device, phone, iq, child: childrenOf(iq)[0] })
    if (!selfAnswered.has(handler)) connection.send(resultOf(iq, answer))
  } catch (error) {
    const known = error instanceof IqError
    connection.send(errorOf(iq, known ? error.code : 500, known ? error.message : 'internal-server-error'))
    if (!known) world.hub.emit({ type: 'fault', phone: phone.phone, data: { error: String(error), xmlns } })
  }
}

function count(world: World, connection: Connection, stanza: BinaryNode): void {
  const { counters, hub } = world
  counters.stanzasIn[stanza.tag] = (counters.stanzasIn[stanza.tag] ?? 0) + 1
  const { device } = connection
  if (device) device.framesIn += 1
  if (!hub.heard) return
  const { id, type, xmlns, to } = stanza.attrs
  const child = childrenOf(stanza)[0]?.tag
  const data = { tag: stanza.tag, id, stanzaType: type, xmlns, to, class: stanza.attrs.class, child }
  hub.emit({ type: 'frame.in', phone: device?.phone, device: device?.id, data })
}

function received(world: World, connection: Connection, stanza: BinaryNode): void {
  count(world, connection, stanza)
  switch (stanza.tag) {
    case 'iq':
      void takeIq(world, connection, stanza)
      return
    case 'message':
      takeMessage(world, connection, stanza)
      return
    case 'receipt':
      takeReceipt(world, connection, stanza)
      return
    case 'ack':
      takeAck(world, connection, stanza)
      return
    case 'presence':
      takePresence(world, connection, stanza)
      return
    case 'chatstate':
      takeChatState(world, connection, stanza)
      return
    case 'call':
      takeCall(world, connection, stanza)
      return
    default:
      // `ib` stanzas announce client state that the sandbox has no use for.
      return
  }
}

function closed(world: World, connection: Connection): void {
  world.connections.delete(connection)
  if (connection.pairing) abandonPairing(connection.pairing)
  const { device } = connection
  if (!device || device.connection !== connection) return
  device.connection = undefined
  device.available = false
  device.lastSeen = Math.floor(Date.now() / 1000)
  const phone = world.phones.get(device.phone)
  if (phone && ![...phone.devices.values()].some((each) => each.available)) setAvailable(world, phone, false)
  world.hub.emit({ type: 'connection.closed', phone: device.phone, device: device.id })
}

/** What the network does with its connections. */
export function connectionHandlers(world: World): ConnectionHandlers {
  return {
    opened(connection, handshake) {
      world.counters.connectionsOpened += 1
      if (handshake.payload.devicePairingData) offerPairing(world, connection, handshake)
      else logIn(world, connection, handshake)
    },
    received: (connection, stanza) => received(world, connection, stanza),
    closed: (connection) => closed(world, connection),
  }
}

/** Sends the stream error of a code as the service phrases it, and closes. */
export function sendStreamError(connection: Connection, code: number): void {
  const content =
    code === 401
      ? [node('conflict', { type: 'device_removed' })]
      : code === 440
        ? [node('conflict', { type: 'replaced' })]
        : undefined
  connection.send(node('stream:error', code === 440 ? {} : { code }, content))
  connection.close()
}
