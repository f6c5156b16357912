import type { BinaryNode, ConnectionState as ClientUpdate, WAVersion } from '@whiskeysockets/baileys'
import type { AuthState } from '../auth/auth-state.ts'
import { durableRepository, type RetryRequests } from '../auth/durable-repository.ts'
import {
  attachInbound,
  completeAddress,
  groupMetadataOf,
  type InboundDevice,
  selfOf,
  storedMessage,
} from '../inbound/attach.ts'
import { attachChats } from '../inbound/attach-chats.ts'
import { attachSignals } from '../inbound/attach-signals.ts'
import { takeFromPhone } from '../inbound/from-phone.ts'
import { attachNewsletters } from '../inbound/newsletters.ts'
import { makeReceiveGate } from '../inbound/receive-gate.ts'
import { attachUnavailable } from '../inbound/unavailable.ts'
import type { Acks } from '../outbound/acks.ts'
import type { RunnerServices } from '../services.ts'
import { clientLog } from './client-log.ts'
import { mediaHostOf } from './client-signals.ts'
import type { DeviceRecord } from './device-record.ts'
import { emulationOf } from './emulation.ts'
import type { MediaTransport } from './media-transport.ts'
import { mendServerTalk } from './server-answers.ts'
import { type LiveSocket, openSocket } from './socket.ts'
import { watchLogin } from './unanswered-login.ts'

/**
 * Milliseconds after which a login that the server took is open, whatever else the client still asks: it reports so only once its
 * questions about keys were answered, half a minute for each that is not.
 */
const TAKEN_MS = 5_000

/** What a connection tells its device session. */
type ConnectionEvents = {
  updated: (live: LiveSocket, update: Partial<ClientUpdate>) => void
  /** The account's name became known or changed. */
  named: (live: LiveSocket, name: string) => void
  /** A message was refused because the number is restricted. */
  restricted: () => void
  /** Something could not be stored: end the connection, so that it comes again. */
  unstorable: (live: LiveSocket) => void
  /** WhatsApp neither took nor refused the login. */
  unanswered: (live: LiveSocket) => void
  socket: () => LiveSocket | undefined
}

/** Opens one connection of a device with everything attached that listens to it. */
export const openConnection = (
  services: RunnerServices,
  parts: {
    record: DeviceRecord
    state: AuthState
    version: WAVersion | undefined
    transport: MediaTransport
    isLogin: boolean
    acks: Acks
  },
  events: ConnectionEvents,
): LiveSocket => {
  const { record, state, transport, acks } = parts
  const { ctx } = services
  const deviceId = record.current().id
  const inbound: InboundDevice = { services, device: record.current, auth: state, socket: events.socket }
  const gate = makeReceiveGate({
    ctx,
    threads: services.threads,
    device: record.current,
    self: () => selfOf(state),
    completeAddress: completeAddress(state),
    failedReads: state.failedReads,
    stored: ({ message, content, isNew }) => {
      services.metrics.count('MessagesReceived')
      if (!isNew || !content.media || message.media?.state !== 'pending') return
      const { dispatcher } = transport
      services.mediaFetcher.fetch({ message, source: content.media, socket: events.socket, dispatcher })
    },
    told: (facts, message) => takeFromPhone(inbound, facts, message),
    unstorable: (error) => unstorable(error),
  })
  const unstorable = (error: unknown): void => {
    services.metrics.count('StoreFailed')
    ctx.log.error('not stored: it has to come again', { deviceId, error: String(error) })
    state.forget()
    events.unstorable(live)
  }
  const retries: RetryRequests = new Set()
  const live = openSocket({
    deviceId,
    url: services.config.whatsAppUrl,
    version: parts.version,
    emulation: emulationOf(record.current().settings.whatsapp),
    creds: state.creds,
    keys: state.keys,
    logger: clientLog(ctx.log, deviceId),
    caches: services.caches,
    media: transport,
    makeSignalRepository: durableRepository(state, gate.gate, retries),
    getMessage: storedMessage(inbound),
    groupMetadata: groupMetadataOf(inbound),
    messageArrived: gate.arrived,
  })
  mendServerTalk(live, state)
  // Of whatever class: whose id it carries says what it acknowledges.
  live.ws.on('CB:ack', (node: BinaryNode) => {
    acks.received(node, ctx.clock.nowMs())
    if (node.attrs.error === '463') events.restricted()
  })
  // Before the client's own listeners, which fetch keys for the device that asks.
  live.ws.prependListener('CB:receipt', ({ attrs }: BinaryNode) => {
    if (attrs.type === 'retry') noteRetry(retries, attrs.participant ?? attrs.from)
  })
  live.ws.on('CB:iq', (node: BinaryNode) => {
    const host = mediaHostOf(node)
    if (host) transport.noteHost(host)
  })
  attachChats(inbound, live)
  attachInbound(inbound, live, unstorable)
  attachNewsletters(inbound, live, unstorable)
  attachUnavailable(inbound, live, unstorable)
  attachSignals(inbound, live, unstorable)
  live.ev.on('creds.update', (update) => {
    Object.assign(state.creds, update)
    void state.saveCreds().catch(() => undefined)
    if (update.me?.name) events.named(live, update.me.name)
  })
  if (parts.isLogin) {
    const taken = (): void => events.updated(live, { connection: 'open' })
    live.ws.on('CB:success', () => setTimeout(taken, TAKEN_MS).unref())
    watchLogin(live, () => events.unanswered(live))
  }
  live.ev.on('connection.update', (update) => {
    if (update.connection === 'open') resumeHistory(inbound)
    events.updated(live, update)
  })
  return live
}

const resumeHistory = (inbound: InboundDevice): void => {
  const { services, device } = inbound
  services.history.resume(inbound).catch((error: unknown) => {
    services.ctx.log.warn('history not resumed', { deviceId: device().id, error: String(error) })
  })
}

const RETRIES_NOTED = 500

const noteRetry = (retries: RetryRequests, jid: string | undefined): void => {
  if (jid) retries.add(jid)
  const [oldest] = retries
  if (retries.size > RETRIES_NOTED && oldest) retries.delete(oldest)
}
