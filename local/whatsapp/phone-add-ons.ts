import { proto } from '@whiskeysockets/baileys'
import { hkdf, openGcm } from './crypto.ts'
import { isGroupJid, lidJid, pnJid } from './jid.ts'
import type { Phone, StoredMessage } from './model.ts'
import type { World } from './world.ts'

type Info = proto.IWebMessageInfo

/** Kinds of messages that a phone keeps with the one they are about, and not as messages of the chat. */
const ABOUT: ReadonlySet<string> = new Set(['reaction', 'poll-vote', 'encEventResponseMessage', 'edit', 'revoke'])

/** Whether a phone keeps a message with the one it is about: history has no entry of its own for it. */
export function isAddOn({ view }: StoredMessage): boolean {
  return ABOUT.has(view.kind)
}

type About = { stored: StoredMessage; message: proto.IMessage }

const targetOf = ({ message }: About): string =>
  (
    message.reactionMessage?.key ??
    message.pollUpdateMessage?.pollCreationMessageKey ??
    message.encEventResponseMessage?.eventCreationMessageKey ??
    message.protocolMessage?.key
  )?.id ?? ''

/** What is about each message, oldest first. */
function aboutEach(phone: Phone): Map<string, About[]> {
  const found = new Map<string, About[]>()
  const all = [...phone.messages.values()].filter(isAddOn)
  for (const stored of all.toSorted((left, right) => left.view.timestamp - right.view.timestamp)) {
    const about = { stored, message: proto.Message.decode(stored.proto) }
    found.set(targetOf(about), [...(found.get(targetOf(about)) ?? []), about])
  }
  return found
}

/** The newest of each person. */
function newestOfEach(about: About[]): About[] {
  return [...new Map(about.map((one) => [one.stored.view.from, one])).values()]
}

function keyOf(world: World, phone: Phone, { view, chatJid }: StoredMessage): proto.IMessageKey {
  const author = world.phones.get(view.from)
  const participant = isGroupJid(chatJid) && author ? { participant: lidJid(author.lid) } : {}
  return { remoteJid: chatJid, fromMe: view.from === phone.phone, id: view.id, ...participant }
}

const milliseconds = ({ stored }: About): number => stored.view.timestamp * 1000

/** Opens what was sealed with the secret of a message; either may have been named by number or by LID. */
function opened(
  world: World,
  target: StoredMessage,
  { stored }: About,
  use: string,
  sealed: proto.Message.IPollEncValue,
): Buffer | undefined {
  const secret = proto.Message.decode(target.proto).messageContextInfo?.messageSecret
  const namesOf = ({ view }: StoredMessage): string[] => {
    const person = world.phones.get(view.from)
    return person ? [lidJid(person.lid), pnJid(person.phone)] : []
  }
  if (!secret || !sealed.encIv || !sealed.encPayload) return undefined
  const { id } = target.view
  for (const author of namesOf(target)) {
    for (const sender of namesOf(stored)) {
      try {
        const key = hkdf(secret, 32, `${id}${author}${sender}${use}`)
        return openGcm(key, sealed.encIv, sealed.encPayload, Buffer.from(`${id}\0${sender}`))
      } catch {
        // Not these names.
      }
    }
  }
  return undefined
}

/** The form in which history has an edited message: the last edit, in its place. */
function asEdited(world: World, phone: Phone, { stored, message }: About): Info {
  return { key: keyOf(world, phone, stored), message: { editedMessage: { message } } }
}

/** What is left of a deleted message. */
function asRevoked({ stored }: About): Info {
  return {
    message: undefined,
    messageStubType: proto.WebMessageInfo.StubType.REVOKE,
    revokeMessageTimestamp: stored.view.timestamp,
  }
}

/** When the other one got and read an own message. */
function receiptsOf(world: World, { view }: StoredMessage): Info {
  const other = world.phones.get(view.chat)
  if (!view.fromMe || !other || !view.statusAt) return {}
  const { delivered, read } = view.statusAt
  const receiptTimestamp = delivered ?? read
  return { userReceipt: [{ userJid: pnJid(other.phone), receiptTimestamp, readTimestamp: read }] }
}

/** Gives what a phone keeps with each of its messages: what others said of it, what became of it, and whether it has a star. */
export function makeAddOns(world: World, phone: Phone): (stored: StoredMessage) => Info {
  const about = aboutEach(phone)
  return (stored) => {
    const { view } = stored
    const mine = about.get(view.id) ?? []
    const of = (kind: string): About[] => mine.filter((one) => one.stored.view.kind === kind)
    const revoke = view.revoked ? of('revoke').at(-1) : undefined
    if (revoke) return asRevoked(revoke)
    const edit = view.edited ? of('edit').at(-1) : undefined
    const said = newestOfEach(of('reaction')).filter(({ message }) => message.reactionMessage?.text)
    const pollUpdates = newestOfEach(of('poll-vote')).flatMap((one) => {
      const bytes = opened(world, stored, one, 'Poll Vote', one.message.pollUpdateMessage?.vote ?? {})
      const vote = bytes && proto.Message.PollVoteMessage.decode(bytes)
      const pollUpdateMessageKey = keyOf(world, phone, one.stored)
      return vote ? [{ pollUpdateMessageKey, vote, senderTimestampMs: milliseconds(one) }] : []
    })
    const eventResponses = newestOfEach(of('encEventResponseMessage')).flatMap((one) => {
      const bytes = opened(world, stored, one, 'Event Response', one.message.encEventResponseMessage ?? {})
      const eventResponseMessage = bytes && proto.Message.EventResponseMessage.decode(bytes)
      const eventResponseMessageKey = keyOf(world, phone, one.stored)
      return eventResponseMessage
        ? [{ eventResponseMessageKey, eventResponseMessage, timestampMs: milliseconds(one) }]
        : []
    })
    return {
      ...(edit ? asEdited(world, phone, edit) : {}),
      reactions: said.map((one) => ({
        key: keyOf(world, phone, one.stored),
        text: one.message.reactionMessage?.text,
        senderTimestampMs: milliseconds(one),
      })),
      pollUpdates,
      eventResponses,
      starred: phone.chats.get(view.chat)?.starred.includes(view.id) || undefined,
      ...receiptsOf(world, stored),
    }
  }
}
