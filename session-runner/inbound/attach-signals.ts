import type { BinaryNode } from '@whiskeysockets/baileys'
import { chatPresenceChanged, mediaRetried, pushNameChanged } from '#domains/signals/events.ts'
import { raiseSignals, type Signal } from '#domains/signals/repo.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { namedIn } from './addresses.ts'
import { findThread, type InboundDevice } from './attach.ts'
import { beforeClient, type Unstorable } from './before-client.ts'
import {
  type RawSignal,
  readCall,
  readChatState,
  readNotification,
  readOffline,
  readPresence,
  readStreamError,
} from './signals.ts'
import { patiently } from './store-message.ts'

/** Listens to what other people and WhatsApp announce beside messages, and raises an event for each. */
export const attachSignals = (inbound: InboundDevice, socket: LiveSocket, unstorable: Unstorable): void => {
  const { services, device, auth } = inbound
  const { ctx } = services

  const store = async (signals: readonly Signal[]): Promise<void> => {
    if (signals.length === 0) return
    const { tenantId, id: deviceId } = device()
    await patiently(() => raiseSignals(ctx, { tenantId, deviceId }, signals))
  }

  /** For what WhatsApp does not say twice. */
  const raise = (signals: readonly Signal[]): void =>
    void store(signals).catch((error: unknown) => {
      services.metrics.count('StoreFailed')
      ctx.log.warn('signal not stored', { deviceId: device().id, error: String(error) })
    })

  const named = namedIn(auth)

  const complete = async ({ event, facts }: RawSignal): Promise<Signal> => {
    if (typeof facts.jid === 'string') return { event, facts: { ...facts, ...(await named(facts.jid)) } }
    if (!Array.isArray(facts.changes)) return { event, facts }
    const changes = facts.changes as { jid: string }[]
    const whole = await Promise.all(changes.map(async (change) => ({ ...change, ...(await named(change.jid)) })))
    return { event, facts: { ...facts, changes: whole } }
  }

  /** Who looks at a thread wants to know that it is this one: the same person may write to several devices. */
  const placed = async (signal: Signal): Promise<Signal> => {
    if (signal.event !== chatPresenceChanged) return signal
    const thread = await findThread(inbound)(String(signal.facts.chat))
    const facts = { ...signal.facts, deviceNumber: device().number }
    return { ...signal, facts, conversationId: thread?.conversationId }
  }

  const on = (stanza: string, read: (node: BinaryNode) => RawSignal[]): void => {
    socket.ws.on(stanza, (node: BinaryNode) => {
      void Promise.all(read(node).map(async (signal) => placed(await complete(signal))))
        .then(raise)
        .catch((error: unknown) => ctx.log.warn('signal failed', { deviceId: device().id, error: String(error) }))
    })
  }

  beforeClient(inbound, socket, {
    event: 'CB:notification',
    // The client has to know of a new identity before the next message, whatever becomes of the event.
    concerns: (node) => node.attrs.type !== 'encrypt' && readNotification(node).length > 0,
    work: async (node) => store(await Promise.all(readNotification(node).map(complete))),
    oneByOne: false,
    unstorable,
  })
  on('CB:notification,type:encrypt', readNotification)
  on('CB:call', readCall)
  on('CB:presence', readPresence)
  on('CB:chatstate', readChatState)
  on('CB:ib', readOffline)
  on('CB:stream:error', readStreamError)
  socket.ev.on('creds.update', ({ me }) => {
    if (me?.name && me.name !== device().pushName) raise([{ event: pushNameChanged, facts: { name: me.name } }])
  })
  socket.ev.on('messages.media-update', (updates) => {
    raise(
      updates.map(({ key: { id, remoteJid, participant, fromMe }, error }) => ({
        event: mediaRetried,
        facts: { messageId: id ?? '', chat: remoteJid ?? '', participant, fromMe: fromMe === true, ok: !error },
      })),
    )
  })
}
