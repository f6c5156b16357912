import type { BinaryNode, proto } from '@whiskeysockets/baileys'
import type { MessageContent } from '#domains/commands/model.ts'
import { interactiveMessage, interactiveNodes } from './interactive-content.ts'
import type { ContentPorts } from './media-content.ts'

type Kind = 'location' | 'contacts' | 'poll' | 'event' | 'interactive'

/** Content that is neither words nor a file. */
export type StructuredContent = Extract<MessageContent, { kind: Kind }>

type Of<K extends Kind> = Extract<MessageContent, { kind: K }>

const KINDS: ReadonlySet<string> = new Set<Kind>(['location', 'contacts', 'poll', 'event', 'interactive'])

/** Whether a content is neither words nor a file. */
export const isStructured = (content: MessageContent): content is StructuredContent => KINDS.has(content.kind)

const contactsMessage = ({ contacts }: Of<'contacts'>): proto.IMessage => {
  const cards = contacts.map(({ name, vcard }) => ({ displayName: name, vcard }))
  return cards.length === 1
    ? { contactMessage: cards[0] }
    : { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards } }
}

/**
 * WhatsApp has a field for polls in the announcement group of a community, one for polls with one answer and one for the others
 * (seen in Baileys' `generateWAMessageContent`). No number of answers means any number.
 */
const pollMessage = ({ question, options, single }: Of<'poll'>, isAnnouncements: boolean): proto.IMessage => {
  const poll = {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: single ? 1 : 0,
  }
  if (isAnnouncements) return { pollCreationMessageV2: poll }
  return single ? { pollCreationMessageV3: poll } : { pollCreationMessage: poll }
}

/** Where people join a call (as Baileys writes it). */
const CALL_LINKS = 'https://call.whatsapp.com/video/'

const eventMessage = async (event: Of<'event'>, { socket }: ContentPorts): Promise<proto.IMessage> => {
  const { place } = event
  const token = event.call ? await socket.createCallLink('video', { startTime: event.startsAt }) : undefined
  if (event.call && !token) throw new Error('WhatsApp gave no link for the call')
  return {
    eventMessage: {
      name: event.name,
      description: event.description,
      startTime: event.startsAt,
      endTime: event.endsAt,
      extraGuestsAllowed: event.guestsAllowed,
      isCanceled: event.cancelled ?? false,
      isScheduleCall: event.call ?? false,
      joinLink: token && `${CALL_LINKS}${token}`,
      location: place && { name: place.name, degreesLatitude: place.latitude, degreesLongitude: place.longitude },
    },
  }
}

/** What is known of the chat that a message goes to. */
export type ChatFacts = { isAnnouncements: boolean }

/** Encodes content that is neither words nor a file. */
export const structuredMessage = async (
  content: StructuredContent,
  ports: ContentPorts,
  { isAnnouncements }: ChatFacts,
): Promise<proto.IMessage> => {
  switch (content.kind) {
    case 'location': {
      const { latitude, longitude, name } = content
      return { locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, name } }
    }
    case 'contacts':
      return contactsMessage(content)
    case 'poll':
      return pollMessage(content, isAnnouncements)
    case 'event':
      return eventMessage(content, ports)
    case 'interactive':
      return interactiveMessage(content, ports)
  }
}

/** The secret that answers to a content are encrypted with, if it was made when the message was accepted. */
export const secretOf = (content: MessageContent): Buffer | undefined =>
  'secret' in content && content.secret ? Buffer.from(content.secret, 'base64') : undefined

/**
 * What the stanza says beside the encrypted message, for kinds that need it. `meta` of polls and events: seen in Baileys'
 * `sendMessage`.
 */
export const stanzaNodes = (content: MessageContent, to: string, nowMs: number): BinaryNode[] | undefined => {
  switch (content.kind) {
    case 'poll':
      return [{ tag: 'meta', attrs: { polltype: 'creation' } }]
    case 'event':
      return [{ tag: 'meta', attrs: { event_type: 'creation' } }]
    case 'interactive':
      return interactiveNodes(content, to, nowMs)
    default:
      return undefined
  }
}
