import { type BinaryNode, proto } from '@whiskeysockets/baileys'
import {
  newsletterJoined,
  newsletterLeft,
  newsletterLiveUpdated,
  newsletterMuteChanged,
} from '#domains/newsletters/events.ts'
import { raiseSignals, type Signal } from '#domains/signals/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { describeNewsletter, describePosts } from '../commands/newsletter/describe.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { type InboundDevice, selfOf } from './attach.ts'
import { beforeClient, type Unstorable } from './before-client.ts'
import { orReduced } from './reduced.ts'
import { readStanza } from './stanza-facts.ts'
import { storeMessage } from './store-message.ts'

const childrenOf = (node: BinaryNode, tag: string): BinaryNode[] =>
  Array.isArray(node.content) ? node.content.filter((child) => child.tag === tag) : []

const isPost = (node: BinaryNode): boolean => node.attrs.from?.endsWith('@newsletter') === true

/** Posts and changes of channels. Both come without encryption, so they do not pass the receive gate. */
export const attachNewsletters = (inbound: InboundDevice, socket: LiveSocket, unstorable: Unstorable): void => {
  const { services, device } = inbound
  const { ctx } = services

  const work = (node: BinaryNode): Promise<void> => storePost(inbound, node)
  beforeClient(inbound, socket, { event: 'CB:message', concerns: isPost, work, oneByOne: true, unstorable })

  const raise = async (signals: readonly Signal[]): Promise<void> => {
    if (signals.length === 0) return
    const { tenantId, id: deviceId } = device()
    await raiseSignals(ctx, { tenantId, deviceId }, signals)
  }
  const announce =
    (read: (node: BinaryNode) => Signal[]) =>
    (node: BinaryNode): void => {
      Promise.resolve(node)
        .then(read)
        .then(raise)
        .catch((error: unknown) => {
          ctx.log.warn('change of a channel not announced', { deviceId: device().id, error: String(error) })
        })
    }
  socket.ws.on('CB:notification,type:mex', announce(readMex))
  socket.ws.on('CB:notification,type:newsletter', announce(readLive))
}

/** Whoever posts is the channel itself; `is_sender` marks a post of the own account (the web client reads it; not seen on the wire). */
const storePost = async (inbound: InboundDevice, node: BinaryNode): Promise<void> => {
  const { services, device, auth, socket } = inbound
  const { ctx, threads, transports, mediaFetcher, metrics } = services
  const read = readStanza(node.attrs, selfOf(auth))
  if (!read) return
  const facts = {
    ...read,
    isGroup: false,
    fromMe: node.attrs.is_sender === 'true',
    serverId: Number(node.attrs.server_id ?? 0) || undefined,
  }
  for (const { content } of childrenOf(node, 'plaintext')) {
    if (!(content instanceof Uint8Array)) continue
    const store = () => storeMessage(ctx, threads, device(), facts, proto.Message.decode(content))
    const stored = await orReduced({ ctx, threads, device }, facts, store)
    if (!stored) continue
    metrics.count('MessagesReceived')
    const { message, content: normal, isNew } = stored
    if (!isNew || !normal.media || message.media?.state !== 'pending') continue
    const { dispatcher } = await transports.of(device())
    mediaFetcher.fetch({ message, source: normal.media, socket, dispatcher })
  }
}

const textOf = ({ content }: BinaryNode): string =>
  content instanceof Uint8Array ? Buffer.from(content).toString() : typeof content === 'string' ? content : ''

type MexData = Record<string, { id?: string; role?: string; mute?: string } | undefined>

/** What became of a channel here, in the GraphQL notifications (names: whatsmeow's `handleMexNotification`). */
const readMex = (node: BinaryNode): Signal[] =>
  childrenOf(node, 'update').flatMap((update): Signal[] => {
    const { data } = JSON.parse(textOf(update)) as { data?: MexData }
    const joined = data?.xwa2_notify_newsletter_on_join
    if (joined) return [{ event: newsletterJoined, facts: describeNewsletter(joined) }]
    const left = data?.xwa2_notify_newsletter_on_leave
    if (left?.id) return [{ event: newsletterLeft, facts: { jid: left.id, role: (left.role ?? '').toLowerCase() } }]
    const muted = data?.xwa2_notify_newsletter_on_mute_change
    if (!muted?.id) return []
    return [{ event: newsletterMuteChanged, facts: { jid: muted.id, muted: muted.mute?.toUpperCase() === 'ON' } }]
  })

/** Counts of posts that changed while live updates are subscribed to. */
const readLive = (node: BinaryNode): Signal[] => {
  const posts = childrenOf(node, 'live_updates').flatMap(describePosts)
  if (posts.length === 0 || !node.attrs.from) return []
  const counts = posts.map(({ serverId, views, reactions }) => ({ serverId, views, reactions }))
  const at = isoTime(Number(node.attrs.t ?? 0) * 1000)
  return [{ event: newsletterLiveUpdated, facts: { jid: node.attrs.from, at, posts: counts } }]
}
