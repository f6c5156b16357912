import { proto } from '@whiskeysockets/baileys'
import { isRefusedForGood } from '#data/refused.ts'
import { userOf } from '#domains/contacts/model.ts'
import { type LastMessage, PREVIEW_LENGTH } from '#domains/conversations/model.ts'
import type { Threads } from '#domains/conversations/threads.ts'
import type { Device } from '#domains/devices/model.ts'
import { isSkipped, skipsMedia } from '#domains/devices/skips.ts'
import { applyToTarget, openStored } from '#domains/messages/apply.ts'
import { fitted } from '#domains/messages/fit.ts'
import { type Message, PROTO_KEPT_SECONDS, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { type NormalMessage, normaliseMessage } from '#domains/messages/normalise.ts'
import { openedBy } from '#domains/messages/opened.ts'
import { recordInbound, recordUndecryptable } from '#domains/messages/repo.ts'
import { delay, isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { completed } from './answers.ts'
import { originOf } from './media-origin.ts'
import type { StanzaFacts } from './stanza-facts.ts'

/** A message as it was stored, with what is needed to fetch its media. */
export type StoredInbound = { message: Message; content: NormalMessage; isNew: boolean }

const TRIES = 6

/** Repeats a write that met a conflict or a short outage; order of other messages waits meanwhile, which is wanted. */
export const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= TRIES || isRefusedForGood(error)) throw error
      await delay(20 * 2 ** attempt * (0.5 + Math.random()))
    }
  }
}

/** What a message says, in our terms; undefined when it is no message of a conversation. */
export const readContent = (decoded: proto.IMessage): NormalMessage | undefined => {
  try {
    return normaliseMessage(decoded)
  } catch {
    // A message whose form we do not understand is still a message: it is stored with its protobuf.
    return { kind: 'unsupported' }
  }
}

/** Votes and answers come long after, and only the secret in the protobuf opens them. */
const isAnswered = ({ kind, payload }: NormalMessage): boolean =>
  (kind === 'poll' || kind === 'event') && payload?.targetId === undefined

const postOf = (chat: string): Message['post'] =>
  chat === 'status@broadcast' ? 'status' : chat.endsWith('@newsletter') ? 'channel' : undefined

/** The message as it is stored, when it arrives by itself; `atMs` is its place in time, WhatsApp's second unless said otherwise. */
export const toMessage = (
  ctx: Context,
  device: Device,
  facts: StanzaFacts,
  content: NormalMessage,
  place: { conversationId: number; bytes?: Uint8Array; atMs?: number },
): Message => {
  const nowMs = ctx.clock.nowMs()
  const status = facts.fromMe ? 'sent' : 'received'
  const media = content.media
  const payload = {
    ...content.payload,
    ...(content.mentions && { mentions: content.mentions }),
    ...(content.mentionsAll && { mentionsAll: true }),
    ...(content.expiresIn && { expiresIn: content.expiresIn }),
    ...(content.forwarded && { forwarded: true }),
    ...(content.viewOnce && { viewOnce: true }),
    ...(facts.serverId !== undefined && { serverId: facts.serverId }),
  }
  return fitted({
    tenantId: device.tenantId,
    deviceId: device.id,
    conversationId: place.conversationId,
    messageId: facts.id,
    direction: facts.fromMe ? 'out' : 'in',
    kind: content.kind,
    status,
    rank: STATUS_RANK[status],
    chat: facts.chat,
    phone: facts.person.pn && userOf(facts.person.pn),
    lid: facts.person.lid && userOf(facts.person.lid),
    participant: facts.participant,
    senderName: facts.senderName,
    text: content.text,
    media: media && {
      state: skipsMedia(device.settings) ? 'failed' : 'pending',
      error: skipsMedia(device.settings) ? 'The settings of the device leave media out.' : undefined,
      mimeType: media.mimeType,
      fileName: media.fileName,
      sizeBytes: media.sizeBytes,
      width: media.width,
      height: media.height,
      seconds: media.seconds,
      origin: originOf(media),
    },
    payload: Object.keys(payload).length > 0 ? payload : undefined,
    quotedId: content.quotedId,
    isGroup: facts.isGroup,
    post: postOf(facts.chat),
    proto: place.bytes,
    protoUntil: place.bytes && !isAnswered(content) ? Math.floor(nowMs / 1000) + PROTO_KEPT_SECONDS : undefined,
    source: facts.fromMe ? 'phone' : 'contact',
    offline: facts.offline ? true : undefined,
    at: threadTime(place.atMs ?? facts.sentAtMs, facts.id),
    timestamp: isoTime(facts.sentAtMs),
    sentAt: facts.fromMe ? isoTime(facts.sentAtMs) : undefined,
  })
}

/** A message as the newest of its conversation. */
export const lastOf = (message: Message): LastMessage => ({
  messageId: message.messageId,
  direction: message.direction,
  kind: message.kind,
  text: (message.text ?? '').slice(0, PREVIEW_LENGTH),
  at: message.timestamp,
  status: message.status,
})

/** The place in time of a message that has arrived. */
const placed = (
  ctx: Context,
  threads: Threads,
  ref: { tenantId: string; conversationId: number },
  { sentAtMs, offline }: StanzaFacts,
): Promise<number> => {
  const nowMs = ctx.clock.nowMs()
  return patiently(() => threads.arrivalOrder(ctx, ref, { sentAtMs, offline, nowMs }))
}

/**
 * Stores a decrypted message in its conversation, with its event, in one transaction; what it changes of another message is
 * changed before. Undefined when it is no message of a
 * conversation. Throws when the store stays out of reach: then the message must not be acknowledged.
 */
export const storeMessage = async (
  ctx: Context,
  threads: Threads,
  device: Device,
  facts: StanzaFacts,
  decoded: proto.IMessage,
): Promise<StoredInbound | undefined> => {
  if (facts.isPeer) return undefined
  const inner = decoded.deviceSentMessage?.message ?? decoded
  const content = readContent(inner)
  if (!content || isSkipped(device.settings, facts)) return undefined
  const place = { tenantId: device.tenantId, deviceId: device.id }
  const name = facts.isGroup || facts.fromMe ? undefined : facts.senderName
  const thread = await patiently(() => threads.resolve(ctx, place, facts.address, name))
  const { conversationId, contactId } = thread
  const [whole] = await Promise.all([
    patiently(() => completed(ctx, device, facts, inner, { conversationId, content })),
    name && contactId
      ? patiently(() => threads.noteProfileName(ctx, { tenantId: device.tenantId, contactId, profileName: name }))
      : undefined,
  ])
  const bytes = proto.Message.encode(proto.Message.create(inner)).finish()
  const atMs = await placed(ctx, threads, { tenantId: device.tenantId, conversationId }, facts)
  const arrived = toMessage(ctx, device, facts, whole, { conversationId, bytes, atMs })
  // Before it is stored: what is stored is not looked at again, and doing this twice changes nothing.
  const message = await patiently(() => applyToTarget(ctx, arrived, openedBy))
  const isNew = await patiently(() => recordInbound(ctx, message, lastOf(message), openedBy))
  await patiently(() => openStored(ctx, message, openedBy))
  return { message, content: whole, isNew }
}

/**
 * Stores that a message came which could not be opened, with its event, so that it is known before the sender repeats it;
 * the repetition takes its place. `payload` says more of it. Nothing for a message that is stored already. Throws when the store stays out of reach.
 */
export const storeUndecryptable = async (
  ctx: Context,
  threads: Threads,
  device: Device,
  facts: StanzaFacts,
  payload?: Record<string, unknown>,
): Promise<void> => {
  if (facts.isPeer || isSkipped(device.settings, facts)) return
  const place = { tenantId: device.tenantId, deviceId: device.id }
  const name = facts.isGroup || facts.fromMe ? undefined : facts.senderName
  const { conversationId } = await patiently(() => threads.resolve(ctx, place, facts.address, name))
  const atMs = await placed(ctx, threads, { tenantId: device.tenantId, conversationId }, facts)
  const message = toMessage(ctx, device, facts, { kind: 'undecryptable', payload }, { conversationId, atMs })
  await patiently(() => recordUndecryptable(ctx, message))
}
