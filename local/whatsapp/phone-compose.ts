import { proto } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { answerInput, composeAnswer } from './compose-answers.ts'
import { composeMedia, MEDIA, type MediaField, mediaInput } from './compose-media.ts'
import { mediaOf } from './content.ts'
import { ControlError } from './control-error.ts'
import { random } from './crypto.ts'
import { lidJid, pnJid } from './jid.ts'
import { openMedia } from './media-crypto.ts'
import type { Phone, StoredMessage } from './model.ts'
import type { World } from './world.ts'

/** What a message can be. */
const contents = {
  text: z.string().optional(),
  image: mediaInput.optional(),
  video: mediaInput.optional(),
  audio: mediaInput.optional(),
  document: mediaInput.optional(),
  sticker: mediaInput.optional(),
  location: z.object({ latitude: z.number(), longitude: z.number(), name: z.string().optional() }).optional(),
  contact: z.object({ name: z.string(), phone: z.string() }).optional(),
  /** An empty text takes the reaction back. */
  reaction: z.object({ id: z.string(), text: z.string() }).optional(),
  poll: z
    .object({ name: z.string(), options: z.array(z.string()).min(2), selectable: z.number().int().optional() })
    .optional(),
  edit: z.object({ id: z.string(), text: z.string() }).optional(),
  revoke: z.object({ id: z.string() }).optional(),
  ...answerInput,
  /** Somebody shares where he is; `sequence` rises with each report, which quotes the first. */
  liveLocation: z
    .object({ latitude: z.number(), longitude: z.number(), sequence: z.number().int(), caption: z.string().optional() })
    .optional(),
  event: z.object({ name: z.string(), startsAt: z.number().int(), place: z.string().optional() }).optional(),
  /** A `Message` protobuf as JSON, bytes in base64. */
  proto: z.record(z.string(), z.unknown()).optional(),
}

/** A message to send from a phone, as the control API takes it: exactly one kind of content. */
export const messageInput = z
  .object({
    to: z.string().min(1),
    ...contents,
    /** Id of the message that this one answers. */
    quote: z.string().optional(),
    /** Phone numbers that the words mention. */
    mentions: z.array(z.string()).optional(),
    /** Seconds after which it disappears. */
    expiration: z.number().int().optional(),
    forwarded: z.boolean().optional(),
    /** Linked devices do not get the content, but are told of what kind it is, such as `view_once`; in chats of two. */
    withheld: z.string().optional(),
    id: z.string().min(1).optional(),
    addressing: z.enum(['pn', 'lid']).optional(),
  })
  .check(({ value, issues }) => {
    const given = Object.keys(contents).filter((name) => value[name as keyof typeof contents] !== undefined)
    if (given.length < 2) return
    const message = `one message has one content, not ${given.map((name) => `\`${name}\``).join(' and ')}`
    issues.push({ code: 'custom', input: value, message })
  })

/** A message to send from a phone. */
export type MessageInput = z.input<typeof messageInput>

function known(phone: Phone, id: string): StoredMessage {
  const stored = phone.messages.get(id)
  if (!stored) throw new ControlError(404, 'message_unknown', 'This phone has no message of that id.')
  return stored
}

/** Key by which others find a message: who wrote it is told from the sender's point of view. */
function keyOf(world: World, phone: Phone, stored: StoredMessage): proto.IMessageKey {
  const author = world.phones.get(stored.view.from)
  const group = stored.chatJid.endsWith('@g.us')
  return {
    remoteJid: stored.chatJid,
    fromMe: stored.view.from === phone.phone,
    id: stored.view.id,
    ...(group && author ? { participant: lidJid(author.lid) } : {}),
  }
}

function vcard(contact: { name: string; phone: string }): string {
  const digits = contact.phone.replace(/\D/g, '')
  return `BEGIN:VCARD\nVERSION:3.0\nFN:${contact.name}\nTEL;type=CELL;waid=${digits}:+${digits}\nEND:VCARD`
}

function composeAbout(world: World, phone: Phone, input: MessageInput): proto.IMessage | undefined {
  const Type = proto.Message.ProtocolMessage.Type
  if (input.reaction) {
    const key = keyOf(world, phone, known(phone, input.reaction.id))
    return { reactionMessage: { key, text: input.reaction.text, senderTimestampMs: Date.now() } }
  }
  if (input.edit) {
    const key = keyOf(world, phone, known(phone, input.edit.id))
    const editedMessage = { conversation: input.edit.text }
    return { protocolMessage: { key, type: Type.MESSAGE_EDIT, editedMessage, timestampMs: Date.now() } }
  }
  if (input.revoke) {
    return { protocolMessage: { key: keyOf(world, phone, known(phone, input.revoke.id)), type: Type.REVOKE } }
  }
  return composeAnswer(world, phone, input, (id) => {
    const stored = known(phone, id)
    return { stored, key: keyOf(world, phone, stored) }
  })
}

function composeEvent({ name, startsAt, place }: NonNullable<MessageInput['event']>): proto.IMessage {
  return {
    messageContextInfo: { messageSecret: random(32) },
    eventMessage: { name, startTime: startsAt, isCanceled: false, ...(place ? { location: { name: place } } : {}) },
  }
}

function composePlain(input: MessageInput): proto.IMessage | undefined {
  if (input.location) {
    const { latitude, longitude, name } = input.location
    return { locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, ...(name ? { name } : {}) } }
  }
  if (input.liveLocation) {
    const { latitude, longitude, sequence, caption } = input.liveLocation
    const at = { degreesLatitude: latitude, degreesLongitude: longitude, sequenceNumber: sequence }
    return { liveLocationMessage: { ...at, ...(caption ? { caption } : {}) } }
  }
  if (input.event) return composeEvent(input.event)
  if (input.contact) return { contactMessage: { displayName: input.contact.name, vcard: vcard(input.contact) } }
  if (input.poll) {
    const options = input.poll.options.map((optionName) => ({ optionName }))
    return {
      messageContextInfo: { messageSecret: random(32) },
      pollCreationMessageV3: { name: input.poll.name, options, selectableOptionsCount: input.poll.selectable ?? 1 },
    }
  }
  return input.proto ? proto.Message.fromObject(input.proto) : undefined
}

function composeContent(world: World, phone: Phone, input: MessageInput): proto.IMessage {
  if (input.text !== undefined)
    return hasContext(input) ? { extendedTextMessage: { text: input.text } } : { conversation: input.text }
  for (const kind of Object.keys(MEDIA) as MediaField[]) {
    const media = input[kind]
    if (media !== undefined) return composeMedia(world, kind, media)
  }
  const message = composeAbout(world, phone, input) ?? composePlain(input)
  if (!message) throw new ControlError(400, 'no_content', 'Give the message a text, media or another content.')
  return message
}

function hasContext({ quote, mentions, expiration, forwarded }: MessageInput): boolean {
  return [quote, mentions, expiration, forwarded].some((said) => said !== undefined)
}

/** What a message quotes. */
function quoteOf(world: World, phone: Phone, id: string): proto.IContextInfo {
  const quoted = known(phone, id)
  const author = world.phones.get(quoted.view.from)
  const group = quoted.chatJid.endsWith('@g.us')
  return {
    stanzaId: id,
    participant: author && (group ? lidJid(author.lid) : pnJid(author.phone)),
    quotedMessage: proto.Message.decode(quoted.proto),
  }
}

function addContext(world: World, phone: Phone, message: proto.IMessage, input: MessageInput): void {
  const mentioned = input.mentions?.map((number) => pnJid(number.replace(/\D/g, '')))
  const contextInfo: proto.IContextInfo = {
    ...(input.quote ? quoteOf(world, phone, input.quote) : {}),
    ...(mentioned ? { mentionedJid: mentioned } : {}),
    ...(input.expiration ? { expiration: input.expiration } : {}),
    ...(input.forwarded ? { isForwarded: true, forwardingScore: 1 } : {}),
  }
  const { extendedTextMessage, locationMessage, liveLocationMessage, contactMessage } = message
  const part =
    extendedTextMessage ?? mediaOf(message)?.media ?? locationMessage ?? liveLocationMessage ?? contactMessage
  if (part) part.contextInfo = contextInfo
}

/** Builds the protobuf of a message. Throws a {@link ControlError} when it has no content or refers to an unknown message. */
export function composeMessage(world: World, phone: Phone, input: MessageInput): proto.IMessage {
  const message = composeContent(world, phone, input)
  if (hasContext(input)) addContext(world, phone, message, input)
  return message
}

/** The decrypted file of a message. Throws a {@link ControlError} when there is none. */
export async function mediaBytes(world: World, phone: Phone, id: string): Promise<{ bytes: Buffer; mimetype: string }> {
  const found = mediaOf(proto.Message.decode(known(phone, id).proto))
  if (!found) throw new ControlError(404, 'no_media', 'This message has no media.')
  const { media, keyName } = found
  const file = media.directPath ? await world.media.get(media.directPath) : undefined
  if (!file || !media.mediaKey) throw new ControlError(404, 'media_missing', 'The file of this message is not here.')
  return { bytes: openMedia(file, media.mediaKey, keyName), mimetype: media.mimetype ?? 'application/octet-stream' }
}
