import { createDecipheriv, hkdfSync } from 'node:crypto'
import type { proto } from '@whiskeysockets/baileys'

/**
 * What may be encrypted with the secret that another message carries. The words are part of the key, as in whatsmeow's
 * `msgsecret.go`.
 */
type Use = 'Poll Vote' | 'Event Response' | 'Enc Reaction' | 'Enc Comment' | Edit

type Edit = 'Event Edit' | 'Message Edit' | 'Poll Edit'

/** Something encrypted with the secret of the message `targetId`. */
export type Sealed = {
  use: Use
  targetId: string
  /** Whether the target is the sender's own, and who wrote it, as the sender sees it. */
  targetFromMe: boolean
  targetParticipant?: string
  payload: Uint8Array
  iv: Uint8Array
}

/** Votes and answers also authenticate which message they are about and whose they are. */
const BOUND: ReadonlySet<Use> = new Set<Use>(['Poll Vote', 'Event Response'])

const KEY_BYTES = 32
const TAG_BYTES = 16

/**
 * Numbers of `SecretEncryptedMessage.SecretEncType`. Phones of today send an edit of words so as well, where the message has a
 * secret; an option that is added to a poll has the words of a changed poll in its key (whatsmeow).
 */
const EDITS: Readonly<Record<number, Edit>> = { 1: 'Event Edit', 2: 'Message Edit', 4: 'Poll Edit', 5: 'Poll Edit' }

type Parts = { key?: proto.IMessageKey | null; payload?: Uint8Array | null; iv?: Uint8Array | null }

const sealed = (use: Use, { key, payload, iv }: Parts): Sealed | undefined =>
  key?.id && payload && iv
    ? {
        use,
        targetId: key.id,
        targetFromMe: key.fromMe === true,
        targetParticipant: key.participant ?? undefined,
        payload,
        iv,
      }
    : undefined

/** What a message holds that is encrypted with another one's secret; undefined for all others. */
export const sealedIn = (message: proto.IMessage): Sealed | undefined => {
  const { pollUpdateMessage, encEventResponseMessage, encReactionMessage, encCommentMessage } = message
  if (pollUpdateMessage) {
    const { pollCreationMessageKey: key, vote } = pollUpdateMessage
    return sealed('Poll Vote', { key, payload: vote?.encPayload, iv: vote?.encIv })
  }
  if (encEventResponseMessage) {
    const { eventCreationMessageKey: key, encPayload: payload, encIv: iv } = encEventResponseMessage
    return sealed('Event Response', { key, payload, iv })
  }
  const { secretEncryptedMessage } = message
  const edit = EDITS[secretEncryptedMessage?.secretEncType ?? 0]
  const use = encReactionMessage ? 'Enc Reaction' : encCommentMessage ? 'Enc Comment' : edit
  const part = encReactionMessage ?? encCommentMessage ?? secretEncryptedMessage
  return part && use ? sealed(use, { key: part.targetMessageKey, payload: part.encPayload, iv: part.encIv }) : undefined
}

/** JIDs, without device part, that somebody may have been named by when the key was made. */
type People = { authors: readonly string[]; senders: readonly string[] }

const openWith = (
  { use, targetId, payload, iv }: Sealed,
  secret: Uint8Array,
  author: string,
  sender: string,
): Buffer => {
  const key = hkdfSync('sha256', secret, new Uint8Array(KEY_BYTES), `${targetId}${author}${sender}${use}`, KEY_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', new Uint8Array(key), iv)
  if (BOUND.has(use)) decipher.setAAD(Buffer.from(`${targetId}\0${sender}`))
  decipher.setAuthTag(payload.subarray(payload.length - TAG_BYTES))
  return Buffer.concat([decipher.update(payload.subarray(0, payload.length - TAG_BYTES)), decipher.final()])
}

/**
 * Opens it with the secret of its target. Clients differ in whether they name people by phone number or by LID, and the key
 * depends on it, so each pair is tried; undefined when none fits.
 */
export const openSealed = (what: Sealed, secret: Uint8Array, { authors, senders }: People): Buffer | undefined => {
  for (const author of authors) {
    for (const sender of senders) {
      try {
        return openWith(what, secret, author, sender)
      } catch {
        // Not this pair: the tag of the cipher does not fit.
      }
    }
  }
  return undefined
}
