import { proto } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { ControlError } from './control-error.ts'
import { hkdf, random, sealGcm, sha256 } from './crypto.ts'
import { lidJid, parseJid, pnJid } from './jid.ts'
import type { Phone, StoredMessage } from './model.ts'
import type { World } from './world.ts'

/** What somebody answers to a message that carries a secret, or to buttons. */
export const answerInput = {
  /** Options by their words; none takes the vote back. */
  vote: z.object({ id: z.string(), options: z.array(z.string()) }).optional(),
  /** An answer to an invitation. */
  answer: z
    .object({
      id: z.string(),
      response: z.enum(['going', 'not_going', 'maybe']),
      guests: z.number().int().optional(),
    })
    .optional(),
  /** New words, encrypted with the secret of the message, as phones of today edit. */
  sealedEdit: z.object({ id: z.string(), text: z.string() }).optional(),
  /** A chosen row of a list, or a pressed button, as phones of today answer native flows. */
  choice: z.object({ form: z.enum(['list', 'button']), id: z.string(), title: z.string() }).optional(),
}

type Answers = z.infer<z.ZodObject<typeof answerInput>>
type Use = 'Poll Vote' | 'Event Response' | 'Message Edit'

const { MESSAGE_EDIT } = proto.Message.SecretEncryptedMessage.SecretEncType
const RESPONSES = { going: 1, not_going: 2, maybe: 3 }

/** Names by which the chat knows its people: by LID in groups and in chats that are addressed so. */
function nameIn(chatJid: string, phone: Phone): string {
  const byLid = chatJid.endsWith('@g.us') || parseJid(chatJid).server === 'lid'
  return byLid ? lidJid(phone.lid) : pnJid(phone.phone)
}

/** Encrypts with the secret that the target carries, as phones do; the names of both are part of the key. */
function seal(world: World, phone: Phone, target: StoredMessage, use: Use, plaintext: Uint8Array) {
  const secret = proto.Message.decode(target.proto).messageContextInfo?.messageSecret
  const author = world.phones.get(target.view.from)
  if (!secret || !author) throw new ControlError(409, 'no_secret', 'That message carries no secret to answer with.')
  const { id } = target.view
  const [creator, sender] = [nameIn(target.chatJid, author), nameIn(target.chatJid, phone)]
  const encIv = random(12)
  const key = hkdf(secret, 32, `${id}${creator}${sender}${use}`)
  // Edits authenticate nothing beside themselves.
  const bound = use === 'Message Edit' ? undefined : Buffer.from(`${id}\0${sender}`)
  return { encIv, encPayload: sealGcm(key, encIv, plaintext, bound) }
}

/** What an answer refers to: the stored message, and the key by which others find it. */
type Found = { stored: StoredMessage; key: proto.IMessageKey }

/** The protobuf of an answer, or nothing. Throws a {@link ControlError} when its target is unknown or cannot be answered. */
export function composeAnswer(
  world: World,
  phone: Phone,
  input: Partial<Answers>,
  find: (id: string) => Found,
): proto.IMessage | undefined {
  if (input.vote) {
    const { stored, key } = find(input.vote.id)
    const selectedOptions = input.vote.options.map((option) => sha256(Buffer.from(option)))
    const plain = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish()
    const vote = seal(world, phone, stored, 'Poll Vote', plain)
    return { pollUpdateMessage: { pollCreationMessageKey: key, vote, senderTimestampMs: Date.now() } }
  }
  if (input.answer) {
    const { id, response, guests } = input.answer
    const { stored, key } = find(id)
    const said = { response: RESPONSES[response], timestampMs: Date.now(), extraGuestCount: guests ?? 0 }
    const plain = proto.Message.EventResponseMessage.encode(said).finish()
    const sealed = seal(world, phone, stored, 'Event Response', plain)
    return { encEventResponseMessage: { eventCreationMessageKey: key, ...sealed } }
  }
  if (input.sealedEdit) {
    const { stored, key } = find(input.sealedEdit.id)
    const plain = proto.Message.encode({ conversation: input.sealedEdit.text }).finish()
    const sealed = seal(world, phone, stored, 'Message Edit', plain)
    return { secretEncryptedMessage: { targetMessageKey: key, ...sealed, secretEncType: MESSAGE_EDIT } }
  }
  if (!input.choice) return undefined
  const { form, id, title } = input.choice
  const params = form === 'list' ? { id, title, description: '' } : { id, display_text: title }
  const name = form === 'list' ? 'single_select' : 'quick_reply'
  const nativeFlowResponseMessage = { name, paramsJson: JSON.stringify(params), version: 3 }
  return { interactiveResponseMessage: { body: { text: title, format: 0 }, nativeFlowResponseMessage } }
}
