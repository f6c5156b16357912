import { type BinaryNode, getBinaryNodeChild, proto } from '@whiskeysockets/baileys'
import type { LiveSocket } from '../connection/socket.ts'
import { completeAddress, type InboundDevice, selfOf } from './attach.ts'
import { beforeClient, type Unstorable } from './before-client.ts'
import { orReduced } from './reduced.ts'
import { type Attrs, isPersonJid, readStanza, type Self, type StanzaFacts } from './stanza-facts.ts'
import { type StoredInbound, storeMessage, storeUndecryptable } from './store-message.ts'

/** What the client opens; of all else it says that it has it, or that it cannot have it (`msmsg`, as some bots write). */
const OPENED = new Set(['pkmsg', 'msg', 'skmsg'])

const childrenOf = ({ content }: BinaryNode, tag: string): BinaryNode[] =>
  Array.isArray(content) ? content.filter((child) => child.tag === tag) : []

/**
 * Nothing in the message is to be decrypted: WhatsApp withholds the content from this device (of a photo to be seen once, for example),
 * sends it unencrypted, or sends it in a way that the client does not know.
 */
const isWithheld = (node: BinaryNode): boolean => {
  if (node.attrs.from?.endsWith('@newsletter')) return false
  const [first, ...others] = childrenOf(node, 'enc')
  // The client looks at the first to know a bot's message, which it refuses whole.
  if (first?.attrs.type === 'msmsg') return true
  return ![first, ...others].some((enc) => enc?.content instanceof Uint8Array && OPENED.has(enc.attrs.type ?? ''))
}

/**
 * Messages that do not pass the receive gate, since there is nothing to decrypt: each is kept and announced before the client
 * acknowledges it. The client asks the account's phone for some of them; what it answers takes their place.
 */
export const attachUnavailable = (inbound: InboundDevice, socket: LiveSocket, unstorable: Unstorable): void => {
  const work = (node: BinaryNode): Promise<void> => storeWithheld(inbound, node)
  beforeClient(inbound, socket, { event: 'CB:message', concerns: isWithheld, work, oneByOne: true, unstorable })
}

/** The facts with both addresses, as far as known. */
const whole = async ({ auth }: InboundDevice, facts: StanzaFacts): Promise<StanzaFacts> => {
  const person = await completeAddress(auth)(facts.person)
  return { ...facts, person, address: facts.isGroup ? facts.address : person }
}

const storeWithheld = async (inbound: InboundDevice, node: BinaryNode): Promise<void> => {
  const { services, device, auth } = inbound
  const { ctx, threads } = services
  const read = readStanza(node.attrs, selfOf(auth))
  if (!read) return
  const facts = await whole(inbound, read)
  const store = { ctx, threads, device }
  const plain = childrenOf(node, 'plaintext').flatMap(({ content }) => (content instanceof Uint8Array ? [content] : []))
  for (const bytes of plain) {
    const work = () => storeMessage(ctx, threads, device(), facts, proto.Message.decode(bytes))
    await taken(inbound, await orReduced(store, facts, work))
  }
  if (plain.length > 0) return
  const unavailable = getBinaryNodeChild(node, 'unavailable')?.attrs.type || childrenOf(node, 'enc')[0]?.attrs.type
  const note = { unavailable: unavailable || 'unknown' }
  await orReduced(store, facts, () => storeUndecryptable(ctx, threads, device(), facts, note))
}

/** Counts a message that was stored and has its file fetched. */
const taken = async ({ services, device, socket }: InboundDevice, stored: StoredInbound | undefined): Promise<void> => {
  if (!stored?.isNew) return
  services.metrics.count('MessagesReceived')
  const { message, content } = stored
  if (!content.media || message.media?.state !== 'pending') return
  const { dispatcher } = await services.transports.of(device())
  services.mediaFetcher.fetch({ message, source: content.media, socket, dispatcher })
}

/** Messages that the account's phone gives again in what it says to this device; mostly none. */
export const resentIn = ({ protocolMessage }: proto.IMessage): proto.IWebMessageInfo[] =>
  (protocolMessage?.peerDataOperationRequestResponseMessage?.peerDataOperationResult ?? []).flatMap((result) => {
    const bytes = result.placeholderMessageResendResponse?.webMessageInfoBytes
    return bytes?.length ? [proto.WebMessageInfo.decode(bytes)] : []
  })

/** The attributes of a stanza that would have brought the message. */
const attributesOf = (info: proto.IWebMessageInfo, self: Self): Attrs | undefined => {
  const { id, remoteJid, fromMe, participant = info.participant } = info.key ?? {}
  const own = self.pn ?? self.lid
  if (!id || !remoteJid || !own) return undefined
  const common = { id, t: String(info.messageTimestamp ?? 0), notify: info.pushName ?? undefined }
  if (!isPersonJid(remoteJid))
    return { ...common, from: remoteJid, participant: fromMe ? own : (participant ?? undefined) }
  return fromMe ? { ...common, from: own, recipient: remoteJid } : { ...common, from: remoteJid }
}

/**
 * Stores what the account's phone says a message was that this device could not read: it takes the place of what is kept of it.
 * Throws when the store stays out of reach.
 */
export const storeResent = async (inbound: InboundDevice, info: proto.IWebMessageInfo): Promise<void> => {
  const { services, device, auth } = inbound
  const { ctx, threads } = services
  const self = selfOf(auth)
  const attrs = attributesOf(info, self)
  const read = attrs && readStanza(attrs, self)
  const { message } = info
  if (!read || !message) return
  const facts = await whole(inbound, read)
  const store = () => storeMessage(ctx, threads, device(), facts, message)
  await taken(inbound, await orReduced({ ctx, threads, device }, facts, store))
}
