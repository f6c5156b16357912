import type { proto } from '@whiskeysockets/baileys'

/** A person's card. */
export interface CardView {
  name: string
  vcard: string
}

/** A question with its options; `selectable` 0 means any number. `votable`: it carries the secret that votes are encrypted with. */
export interface PollView {
  options: string[]
  selectable: number
  votable: boolean
}

/** An appointment. Times in Unix seconds. */
export interface EventView {
  name: string
  description?: string
  startsAt: number
  endsAt?: number
  cancelled: boolean
  guestsAllowed?: boolean
  call: boolean
  joinLink?: string
  location?: { name?: string; latitude?: number; longitude?: number }
}

/** Words with buttons; the parameters of a button as the JSON they hold. */
export interface PanelView {
  title?: string
  subtitle?: string
  header?: 'image' | 'video' | 'document'
  text?: string
  footer?: string
  buttons: { name: string; params: unknown }[]
  version?: number
  params?: unknown
}

/** Buttons, a list, a form or a carousel. */
export interface InteractiveView extends PanelView {
  cards?: PanelView[]
}

/** Content that is more than a word or a file. */
export interface MessageParts {
  contacts?: CardView[]
  poll?: PollView
  event?: EventView
  interactive?: InteractiveView
  /** What the stanza of an interactive message called it: without a name a real phone shows nothing. */
  nativeFlow?: string
}

/** What a message says about others, beside its own content. */
export interface ContextView {
  quotedId?: string
  /** Who wrote the quoted message, as jid. */
  quotedFrom?: string
  /** What the quote shows: the words, or the kind of what has none. */
  quotedText?: string
  /** Jids. */
  mentions?: string[]
  mentionsAll?: true
  forwarded?: true
  /** Seconds after which it disappears. */
  expiration?: number
}

/** Leaves out what is not there. */
function given<T extends object>(facts: T): T {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  ) as T
}

/** The cards of a message, if it has any. */
export function cardsOf(inner: proto.IMessage): CardView[] | undefined {
  const cards = inner.contactMessage ? [inner.contactMessage] : inner.contactsArrayMessage?.contacts
  return cards?.map(({ displayName, vcard }) => ({ name: displayName ?? '', vcard: vcard ?? '' }))
}

/** The poll of a message, if it is one. `secret` is that of the whole message. */
export function pollOf(
  inner: proto.IMessage,
  secret: Uint8Array | null | undefined,
): { name: string; poll: PollView } | undefined {
  const poll = inner.pollCreationMessage ?? inner.pollCreationMessageV2 ?? inner.pollCreationMessageV3
  if (!poll) return undefined
  const options = (poll.options ?? []).map(({ optionName }) => optionName ?? '')
  const selectable = poll.selectableOptionsCount ?? 0
  return { name: poll.name ?? '', poll: { options, selectable, votable: secret?.length === 32 } }
}

/** The appointment of a message, if it is one. */
export function eventOf({ eventMessage: event }: proto.IMessage): EventView | undefined {
  if (!event) return undefined
  const place = event.location
  return given({
    name: event.name ?? '',
    description: event.description ?? undefined,
    startsAt: Number(event.startTime ?? 0),
    endsAt: event.endTime ? Number(event.endTime) : undefined,
    cancelled: event.isCanceled === true,
    guestsAllowed: event.extraGuestsAllowed ?? undefined,
    call: event.isScheduleCall === true,
    joinLink: event.joinLink ?? undefined,
    location: place
      ? given({
          name: place.name ?? undefined,
          latitude: place.degreesLatitude ?? undefined,
          longitude: place.degreesLongitude ?? undefined,
        })
      : undefined,
  })
}

/** JSON text as what it holds; a phone shows no button whose parameters it cannot read. */
function jsonOf(text: string | null | undefined): unknown {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return { unreadable: text }
  }
}

function panelOf(message: proto.Message.IInteractiveMessage): PanelView {
  const { header, body, footer, nativeFlowMessage: flow } = message
  const file = header?.imageMessage
    ? 'image'
    : header?.videoMessage
      ? 'video'
      : header?.documentMessage
        ? 'document'
        : undefined
  return given({
    title: header?.title ?? undefined,
    subtitle: header?.subtitle ?? undefined,
    header: header?.hasMediaAttachment ? (file as PanelView['header']) : undefined,
    text: body?.text ?? undefined,
    footer: footer?.text ?? undefined,
    buttons: (flow?.buttons ?? []).map((button) => ({
      name: button.name ?? '',
      params: jsonOf(button.buttonParamsJson),
    })),
    version: flow?.messageVersion ?? undefined,
    params: jsonOf(flow?.messageParamsJson),
  })
}

/** Buttons, list, form or carousel of a message, if it is one. */
export function interactiveOf({ interactiveMessage: message }: proto.IMessage): InteractiveView | undefined {
  if (!message) return undefined
  const cards = message.carouselMessage?.cards?.map(panelOf)
  return { ...panelOf(message), ...(cards ? { cards } : {}) }
}

/** What a message says about others. `shown` gives the words of a quoted message. */
export function contextView(
  context: proto.IContextInfo | null | undefined,
  shown: (quoted: proto.IMessage) => string,
): ContextView {
  if (!context) return {}
  return given({
    quotedId: context.stanzaId ?? undefined,
    quotedFrom: context.stanzaId ? (context.participant ?? undefined) : undefined,
    quotedText: context.quotedMessage ? shown(context.quotedMessage) : undefined,
    mentions: context.mentionedJid?.length ? context.mentionedJid : undefined,
    mentionsAll: context.nonJidMentions ? (true as const) : undefined,
    forwarded: context.isForwarded ? (true as const) : undefined,
    expiration: context.expiration ? context.expiration : undefined,
  })
}
