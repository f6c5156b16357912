import type { MessageFacts } from './message-facts.ts'

/** Members of an object of WhatsApp's, by their names there. */
export type Members = Record<string, unknown>

const targetKey = (payload: Members): Members => ({ ID: payload.targetId, fromMe: payload.targetFromMe })

const contactOf = ({ name, vcard }: { name?: string; vcard?: string }): Members => ({ displayName: name, vcard })

type Place = { name?: string; address?: string; latitude?: number; longitude?: number }

const placeOf = (place: Place | undefined): Members | undefined =>
  place && {
    name: place.name,
    address: place.address,
    degreesLatitude: place.latitude,
    degreesLongitude: place.longitude,
  }

const locationOf = (facts: MessageFacts, { latitude, longitude, ...rest }: Members): Members => {
  const { live, accuracy, speed, heading, sequence, name, address, url } = rest
  const at = { degreesLatitude: latitude, degreesLongitude: longitude, accuracyInMeters: accuracy }
  if (!live) return { locationMessage: { ...at, name, address, URL: url } }
  const motion = { speedInMps: speed, degreesClockwiseFromMagneticNorth: heading, sequenceNumber: sequence }
  return { liveLocationMessage: { ...at, ...motion, caption: facts.text } }
}

const cardsOf = (payload: Members): Members => {
  const contacts = (payload.contacts as { name?: string; vcard?: string }[] | undefined) ?? []
  const [first] = contacts
  return contacts.length === 1 && first
    ? { contactMessage: contactOf(first) }
    : { contactsArrayMessage: { contacts: contacts.map(contactOf) } }
}

/** A vote says its options by their words: they were decrypted here. */
const pollOf = (facts: MessageFacts, payload: Members): Members => {
  if (payload.vote) {
    const vote = payload.unreadable ? undefined : { selectedOptions: payload.options }
    return { pollUpdateMessage: { pollCreationMessageKey: targetKey(payload), vote } }
  }
  if (payload.results) {
    const results = payload.results as { option: string; votes: number }[]
    const pollVotes = results.map(({ option, votes }) => ({ optionName: option, optionVoteCount: votes }))
    return { pollResultSnapshotMessage: { name: facts.text, pollVotes } }
  }
  const options = ((payload.options as string[] | undefined) ?? []).map((optionName) => ({ optionName }))
  return { pollCreationMessage: { name: facts.text, options, selectableOptionsCount: payload.selectable } }
}

const RESPONSES: Record<string, string> = { going: 'GOING', not_going: 'NOT_GOING', maybe: 'MAYBE' }

/** An appointment, or an answer to one. The answer was decrypted here. */
const eventOf = (facts: MessageFacts, payload: Members): Members => {
  if (payload.answer) {
    const response = payload.unreadable ? undefined : (RESPONSES[String(payload.response)] ?? 'UNKNOWN')
    const said = { response, extraGuestCount: payload.guests }
    return { encEventResponseMessage: { eventCreationMessageKey: targetKey(payload), ...said } }
  }
  return {
    eventMessage: {
      name: facts.text,
      description: payload.description,
      startTime: payload.startsAt,
      endTime: payload.endsAt,
      isCanceled: payload.cancelled,
      extraGuestsAllowed: payload.guestsAllowed,
      isScheduleCall: payload.call,
      joinLink: payload.joinLink,
      location: placeOf(payload.place as Place | undefined),
    },
  }
}

const worded = (text: unknown): Members | undefined => (text === undefined ? undefined : { text })

/** Words with buttons, as they are stored; the cards of a carousel are the same inside it. */
const panelOf = ({ title, subtitle, text, footer, buttons, cards }: Members): Members => {
  const shown = (buttons as { name: string; params: unknown }[] | undefined) ?? []
  return {
    header: title || subtitle ? { title, subtitle } : undefined,
    body: worded(text),
    footer: worded(footer),
    nativeFlowMessage:
      shown.length > 0
        ? { buttons: shown.map(({ name, params }) => ({ name, buttonParamsJSON: JSON.stringify(params) })) }
        : undefined,
    carouselMessage: cards ? { cards: (cards as Members[]).map(panelOf) } : undefined,
  }
}

const interactiveOf = (facts: MessageFacts, payload: Members): Members => {
  if (payload.form) return { interactiveMessage: panelOf(payload) }
  const { type, id, name, params } = payload
  if (name !== undefined || type === 'flow') {
    const nativeFlowResponseMessage = { name, paramsJSON: params }
    return { interactiveResponseMessage: { body: { text: facts.text }, nativeFlowResponseMessage } }
  }
  if (type === 'list') {
    const { description } = payload
    return { listResponseMessage: { title: facts.text, description, singleSelectReply: { selectedRowID: id } } }
  }
  return type === 'template'
    ? { templateButtonReplyMessage: { selectedID: id, selectedDisplayText: facts.text, selectedIndex: payload.index } }
    : { buttonsResponseMessage: { selectedButtonID: id, selectedDisplayText: facts.text } }
}

const thousandths = (amount: unknown): number | undefined =>
  typeof amount === 'number' ? Math.round(amount * 1000) : undefined

const orderOf = (facts: MessageFacts, payload: Members): Members => {
  const { title, currency, seller } = payload
  if (payload.productId !== undefined) {
    const { productId: productID, description, url: URL } = payload
    const price = { priceAmount1000: thousandths(payload.price), currencyCode: currency }
    const product = { productID, title, description, URL, ...price }
    return { productMessage: { body: facts.text, businessOwnerJID: seller, product } }
  }
  return {
    orderMessage: {
      orderID: payload.orderId,
      itemCount: payload.items,
      orderTitle: title,
      message: facts.text,
      sellerJID: seller,
      token: payload.token,
      totalAmount1000: thousandths(payload.total),
      totalCurrencyCode: currency,
    },
  }
}

const inviteOf = (facts: MessageFacts, payload: Members): Members => {
  const { groupJid, groupName, inviteCode, newsletterJid, newsletterName, expiresAt: inviteExpiration } = payload
  if (groupJid !== undefined) {
    return { groupInviteMessage: { groupJID: groupJid, groupName, inviteCode, inviteExpiration, caption: facts.text } }
  }
  const channel = { newsletterJID: newsletterJid, newsletterName, caption: facts.text }
  return payload.role === 'follower'
    ? { newsletterFollowerInviteMessageV2: channel }
    : { newsletterAdminInviteMessage: { ...channel, inviteExpiration } }
}

const callOf = (facts: MessageFacts, { video, outcome, seconds, startsAt, broadcast }: Members): Members => {
  if (broadcast) return { bcallMessage: { caption: facts.text } }
  if (startsAt === undefined)
    return { callLogMesssage: { isVideo: video, callOutcome: outcome, durationSecs: seconds } }
  const callType = video ? 'VIDEO' : 'VOICE'
  return { scheduledCallCreationMessage: { title: facts.text, scheduledTimestampMS: startsAt, callType } }
}

const systemOf = (payload: Members): Members => {
  if (payload.about !== 'timer') return { ...payload }
  return { protocolMessage: { type: 'EPHEMERAL_SETTING', ephemeralExpiration: payload.seconds } }
}

const editOf = (facts: MessageFacts, payload: Members): Members => {
  const { mentions: mentionedJID } = payload
  const editedMessage = mentionedJID
    ? { extendedTextMessage: { text: facts.text ?? '', contextInfo: { mentionedJID } } }
    : { conversation: facts.text ?? '' }
  return { protocolMessage: { type: 'MESSAGE_EDIT', key: targetKey(payload), editedMessage } }
}

/** Kinds with facts of their own. The names of the members are those of WhatsApp's messages. */
export const KINDS: Record<string, (facts: MessageFacts, payload: Members) => Members> = {
  reaction: (facts, payload) => ({ reactionMessage: { key: targetKey(payload), text: facts.text ?? '' } }),
  edit: editOf,
  revoke: (_, payload) => ({ protocolMessage: { type: 'REVOKE', key: targetKey(payload) } }),
  pin: (_, payload) => {
    const type = payload.pinned ? 'PIN_FOR_ALL' : 'UNPIN_FOR_ALL'
    return { pinInChatMessage: { key: targetKey(payload), type } }
  },
  location: locationOf,
  contacts: (_, payload) => cardsOf(payload),
  poll: pollOf,
  event: eventOf,
  interactive: interactiveOf,
  order: orderOf,
  invite: inviteOf,
  call: callOf,
  album: (_, { images, videos }) => ({ albumMessage: { expectedImageCount: images, expectedVideoCount: videos } }),
  system: (_, payload) => systemOf(payload),
}
