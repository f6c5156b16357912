import { proto } from '@whiskeysockets/baileys'
import { userOf } from '#domains/contacts/model.ts'
import { chosen, responseOf } from '#domains/messages/answers.ts'
import { type Message, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { isoTime } from '#kit/clock.ts'
import { bareJid } from '../inbound/stanza-facts.ts'

/** Both addresses of a person as far as known. */
type Person = { pn?: string; lid?: string }

/** What the phone keeps with a message, which somebody said of it later: in our terms, who it was, and when. */
export type AddOn = Pick<Message, 'messageId' | 'kind' | 'text'> & {
  payload: Record<string, unknown>
  fromMe: boolean
  by: Person
  atMs: number
}

type Said = Pick<AddOn, 'kind' | 'text'> & { payload?: Record<string, unknown> } & {
  key?: proto.IMessageKey | null
  time: unknown
}

const reactions = ({ reactions: all }: proto.IWebMessageInfo): Said[] =>
  (all ?? []).map(({ key, text, senderTimestampMs: time }) => ({ key, time, kind: 'reaction', text: text ?? '' }))

const votes = ({ message, pollUpdates }: proto.IWebMessageInfo): Said[] =>
  (pollUpdates ?? []).flatMap(({ pollUpdateMessageKey: key, vote, senderTimestampMs, serverTimestampMs }) => {
    if (!vote || !message) return []
    const options = chosen(message, vote)
    const time = serverTimestampMs || senderTimestampMs
    return [{ key, time, kind: 'poll' as const, text: options.join(', '), payload: { vote: true, options } }]
  })

const responses = ({ eventResponses }: proto.IWebMessageInfo): Said[] =>
  (eventResponses ?? []).flatMap(({ eventResponseMessageKey: key, eventResponseMessage: said, timestampMs: time }) => {
    if (!said) return []
    const facts = responseOf(said)
    return [{ key, time, kind: 'event' as const, text: facts.response, payload: { answer: true, ...facts } }]
  })

/** The second of a time in milliseconds: WhatsApp's servers tell no more of what comes by itself. */
export const secondOf = (time: unknown, otherwiseMs = 0): number =>
  Math.floor((Number(time ?? 0) || otherwiseMs) / 1000) * 1000

/**
 * What an entry of the history carries of what others said of it: reactions, votes and answers, which the phone has opened. `personOf`
 * gives both addresses of who wrote in a group; in a chat of two it is the other one.
 */
export const addOnsOf = async (
  info: proto.IWebMessageInfo,
  personOf: (participant: string | undefined) => Promise<Person>,
): Promise<AddOn[]> => {
  const sentAtMs = Number(info.messageTimestamp ?? 0) * 1000
  const found: AddOn[] = []
  for (const [at, { key, time, ...said }] of [...reactions(info), ...votes(info), ...responses(info)].entries()) {
    const fromMe = key?.fromMe === true
    const by = fromMe ? {} : await personOf(key?.participant ? bareJid(key.participant) : undefined)
    // Of nobody it could not be told later that it is the same.
    if (!fromMe && !by.pn && !by.lid) continue
    const messageId = key?.id && key.id !== info.key?.id ? key.id : `${said.kind}-${at}`
    const payload = { ...said.payload, targetId: info.key?.id }
    found.push({ ...said, payload, messageId, fromMe, by, atMs: secondOf(time, sentAtMs) })
  }
  return found
}

type Where = Pick<Message, 'tenantId' | 'deviceId' | 'conversationId' | 'chat' | 'isGroup'>

/** An add-on as the message that it would have come as by itself, in the conversation of `where`. */
export const asAbout = (where: Where, { fromMe, by, atMs, ...said }: AddOn): Message => {
  const { tenantId, deviceId, conversationId, chat, isGroup } = where
  const status = fromMe ? 'sent' : 'received'
  return {
    ...said,
    tenantId,
    deviceId,
    conversationId,
    chat,
    isGroup,
    direction: fromMe ? 'out' : 'in',
    status,
    rank: STATUS_RANK[status],
    phone: by.pn && userOf(by.pn),
    lid: by.lid && userOf(by.lid),
    source: fromMe ? 'phone' : 'contact',
    history: true,
    at: threadTime(atMs, said.messageId),
    timestamp: isoTime(atMs),
  }
}

const { REVOKE } = proto.WebMessageInfo.StubType

/** That the message of an entry was deleted for everybody: nothing else remains of it on the phone. Undefined for all others. */
export const revokedIn = (info: proto.IWebMessageInfo): AddOn | undefined => {
  if (info.messageStubType !== REVOKE || !info.key?.id) return undefined
  const atMs = Number(info.revokeMessageTimestamp || info.messageTimestamp || 0) * 1000
  return {
    messageId: 'revoke',
    kind: 'revoke',
    payload: { byAdmin: true, targetId: info.key.id },
    fromMe: info.key.fromMe === true,
    by: {},
    atMs,
  }
}
