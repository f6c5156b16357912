import type { proto } from '@whiskeysockets/baileys'
import { withoutGaps } from './facts.ts'
import type { NormalMessage } from './normalise.ts'

const timeOf = (value: unknown): number | undefined => Number(value ?? 0) || undefined

/** How somebody moves who shares where he is. `sequence` rises with each report of the same sharing. */
const motionOf = (live: proto.Message.ILiveLocationMessage | null | undefined): Record<string, unknown> =>
  live
    ? {
        speed: live.speedInMps,
        heading: live.degreesClockwiseFromMagneticNorth,
        sequence: live.sequenceNumber == null ? undefined : Number(live.sequenceNumber),
      }
    : {}

const describeLocation = (message: proto.IMessage): NormalMessage | undefined => {
  const place = message.locationMessage ?? message.liveLocationMessage
  if (!place) return undefined
  const named = message.locationMessage
  const payload = withoutGaps({
    latitude: place.degreesLatitude,
    longitude: place.degreesLongitude,
    name: named?.name,
    address: named?.address,
    url: named?.url,
    accuracy: place.accuracyInMeters,
    live: message.liveLocationMessage || named?.isLive ? true : undefined,
    ...motionOf(message.liveLocationMessage),
  })
  return { kind: 'location', text: named?.name ?? (message.liveLocationMessage?.caption || undefined), payload }
}

const describeContacts = (message: proto.IMessage): NormalMessage | undefined => {
  const cards = message.contactMessage ? [message.contactMessage] : message.contactsArrayMessage?.contacts
  if (!cards) return undefined
  const contacts = cards.map((card) => withoutGaps({ name: card.displayName, vcard: card.vcard }))
  return { kind: 'contacts', text: cards[0]?.displayName ?? undefined, payload: { contacts } }
}

const describePoll = (message: proto.IMessage): NormalMessage | undefined => {
  const poll =
    message.pollCreationMessage ??
    message.pollCreationMessageV2 ??
    message.pollCreationMessageV3 ??
    message.pollCreationMessageV5
  if (poll) {
    const options = (poll.options ?? []).map((option) => option.optionName ?? '')
    return {
      kind: 'poll',
      text: poll.name ?? undefined,
      payload: { name: poll.name ?? '', options, selectable: poll.selectableOptionsCount ?? 0 },
    }
  }
  const result = message.pollResultSnapshotMessage ?? message.pollResultSnapshotMessageV3
  if (result) {
    const results = (result.pollVotes ?? []).map((vote) => ({
      option: vote.optionName ?? '',
      votes: Number(vote.optionVoteCount ?? 0),
    }))
    return { kind: 'poll', text: result.name ?? undefined, payload: { name: result.name ?? '', results } }
  }
  const vote = message.pollUpdateMessage
  return vote?.pollCreationMessageKey?.id
    ? { kind: 'poll', payload: { targetId: vote.pollCreationMessageKey.id, vote: true } }
    : undefined
}

const describeEvent = ({ eventMessage: event }: proto.IMessage): NormalMessage | undefined => {
  if (!event) return undefined
  const { location: place } = event
  const payload = withoutGaps({
    description: event.description,
    startsAt: timeOf(event.startTime),
    endsAt: timeOf(event.endTime),
    place: place
      ? withoutGaps({
          name: place.name,
          address: place.address,
          latitude: place.degreesLatitude,
          longitude: place.degreesLongitude,
        })
      : undefined,
    joinLink: event.joinLink,
    guestsAllowed: event.extraGuestsAllowed,
    cancelled: event.isCanceled || undefined,
    call: event.isScheduleCall || undefined,
  })
  return { kind: 'event', text: event.name ?? undefined, payload }
}

/** Amounts of catalogues are in thousandths. */
const amountOf = (thousandths: unknown): number | undefined =>
  thousandths == null ? undefined : Number(thousandths) / 1000

const describeOrder = ({ orderMessage: order, productMessage }: proto.IMessage): NormalMessage | undefined => {
  if (order) {
    const payload = withoutGaps({
      orderId: order.orderId,
      items: order.itemCount,
      title: order.orderTitle,
      seller: order.sellerJid,
      token: order.token,
      total: amountOf(order.totalAmount1000),
      currency: order.totalCurrencyCode,
    })
    return { kind: 'order', text: order.message ?? undefined, payload }
  }
  if (!productMessage) return undefined
  const { product, body, businessOwnerJid } = productMessage
  const payload = withoutGaps({
    productId: product?.productId,
    title: product?.title,
    description: product?.description,
    price: amountOf(product?.priceAmount1000),
    currency: product?.currencyCode,
    url: product?.url,
    seller: businessOwnerJid,
  })
  return { kind: 'order', text: body || product?.title || undefined, payload }
}

/** Kinds without media: reactions, places, cards, polls, appointments and orders. */
export const describeOther = (message: proto.IMessage): NormalMessage | undefined => {
  const reaction = message.reactionMessage
  if (reaction?.key?.id) {
    const emoji = reaction.text ?? ''
    const { id: targetId, fromMe } = reaction.key
    const payload = { targetId, targetFromMe: fromMe === true, emoji, removed: emoji === '' }
    return { kind: 'reaction', text: emoji, payload }
  }
  return (
    describeLocation(message) ??
    describeContacts(message) ??
    describePoll(message) ??
    describeEvent(message) ??
    describeOrder(message)
  )
}
