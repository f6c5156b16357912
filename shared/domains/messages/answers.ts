import { createHash } from 'node:crypto'
import { proto } from '@whiskeysockets/baileys'
import type { Message } from './model.ts'
import { editOf, type NormalMessage, normaliseMessage, unwrap } from './normalise.ts'
import { openSealed, type Sealed } from './sealed.ts'

/** What the secret of a message opens is read with: both addresses of everybody concerned, as JIDs. */
export type Parties = {
  /** The device's own. */
  own: readonly string[]
  /** Those of who sent the answer. */
  senders: readonly string[]
}

type Target = Pick<Message, 'direction' | 'phone' | 'lid' | 'participant' | 'proto'>

const RESPONSES: Readonly<Record<number, string>> = { 1: 'going', 2: 'not_going', 3: 'maybe' }

/** JIDs of who wrote a message, as far as known. */
export const writerJids = ({ phone, lid, participant }: Pick<Message, 'phone' | 'lid' | 'participant'>): string[] => {
  const jids = [phone && `${phone}@s.whatsapp.net`, lid && `${lid}@lid`, participant]
  return [...new Set(jids.flatMap((jid) => (jid ? [jid] : [])))]
}

const optionNames = (stored: proto.IMessage): string[] => {
  const { message } = unwrap(stored)
  const poll =
    message.pollCreationMessage ??
    message.pollCreationMessageV2 ??
    message.pollCreationMessageV3 ??
    message.pollCreationMessageV5
  return (poll?.options ?? []).map(({ optionName }) => optionName ?? '')
}

/** The words of the options that were voted for in a poll: a vote names each by the SHA-256 of its words. */
export const chosen = (poll: proto.IMessage, { selectedOptions }: proto.Message.IPollVoteMessage): string[] => {
  const byHash = new Map(optionNames(poll).map((name) => [createHash('sha256').update(name).digest('hex'), name]))
  const hashes = (selectedOptions ?? []).map((hash) => Buffer.from(hash).toString('hex'))
  return hashes.map((hash) => byHash.get(hash) ?? hash)
}

/** What an answer to an invitation says. */
export const responseOf = ({ response, extraGuestCount }: proto.Message.IEventResponseMessage) => ({
  response: RESPONSES[response ?? 0] ?? 'unknown',
  guests: extraGuestCount ?? 0,
})

const targetOf = ({ targetId, targetFromMe }: Sealed): Record<string, unknown> => ({ targetId, targetFromMe })

/** What an answer is as long as it cannot be opened: its target is not stored here, or carries no secret. */
const closed = (what: Sealed): NormalMessage => {
  const payload = { ...targetOf(what), unreadable: true }
  switch (what.use) {
    case 'Poll Vote':
      return { kind: 'poll', payload: { ...payload, vote: true } }
    case 'Event Response':
      return { kind: 'event', payload: { ...payload, answer: true } }
    case 'Enc Reaction':
      return { kind: 'reaction', payload }
    case 'Event Edit':
    case 'Message Edit':
    case 'Poll Edit':
      return { kind: 'edit', payload }
    default:
      return { kind: 'unsupported', quotedId: what.targetId, payload: { ...payload, type: 'encCommentMessage' } }
  }
}

const read = (what: Sealed, bytes: Uint8Array, stored: proto.IMessage): NormalMessage | undefined => {
  const target = targetOf(what)
  switch (what.use) {
    case 'Poll Vote': {
      const options = chosen(stored, proto.Message.PollVoteMessage.decode(bytes))
      return { kind: 'poll', text: options.join(', '), payload: { ...target, vote: true, options } }
    }
    case 'Event Response': {
      const said = responseOf(proto.Message.EventResponseMessage.decode(bytes))
      return { kind: 'event', text: said.response, payload: { ...target, answer: true, ...said } }
    }
    case 'Enc Reaction': {
      const emoji = proto.Message.ReactionMessage.decode(bytes).text ?? ''
      return { kind: 'reaction', text: emoji, payload: { ...target, emoji, removed: emoji === '' } }
    }
    case 'Event Edit':
    case 'Message Edit':
    case 'Poll Edit': {
      const message = proto.Message.decode(bytes)
      // Some clients put the new content inside the message that announces an edit without encryption of its own.
      return editOf(message.protocolMessage?.editedMessage ?? message, target)
    }
    default: {
      const comment = normaliseMessage(proto.Message.decode(bytes))
      return (
        comment && { ...comment, quotedId: what.targetId, payload: { ...comment.payload, commentOn: what.targetId } }
      )
    }
  }
}

/**
 * What a vote, an answer to an invitation, or another message says that is encrypted with the secret of the stored message
 * it is about. What cannot be opened is stored as such: `payload.unreadable`.
 */
export const readAnswer = (what: Sealed, target: Target | undefined, { own, senders }: Parties): NormalMessage => {
  if (!target?.proto) return closed(what)
  const stored = proto.Message.decode(target.proto)
  const secret = stored.messageContextInfo?.messageSecret
  if (!secret) return closed(what)
  const authors = target.direction === 'out' ? own : writerJids(target)
  const bytes = openSealed(what, secret, { authors, senders })
  try {
    return (bytes && read(what, bytes, stored)) ?? closed(what)
  } catch {
    // Its sender wrote something else than an answer inside.
    return closed(what)
  }
}
