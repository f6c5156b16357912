import type { proto } from '@whiskeysockets/baileys'
import { withoutGaps } from './facts.ts'
import type { NormalMessage } from './normalise.ts'

const secondsOf = (value: unknown): number | undefined => Number(value ?? 0) || undefined

/** Invitations to a group, and to a channel. */
const describeInvite = (message: proto.IMessage): NormalMessage | undefined => {
  const { groupInviteMessage: group } = message
  if (group) {
    const payload = withoutGaps({
      groupJid: group.groupJid,
      groupName: group.groupName,
      inviteCode: group.inviteCode,
      expiresAt: secondsOf(group.inviteExpiration),
    })
    return { kind: 'invite', text: group.caption || undefined, payload }
  }
  const { newsletterAdminInviteMessage: admin, newsletterFollowerInviteMessageV2: follower } = message
  const channel = admin ?? follower
  if (!channel) return undefined
  const { newsletterJid, newsletterName, caption } = channel
  const expiresAt = secondsOf(admin?.inviteExpiration)
  const payload = withoutGaps({ newsletterJid, newsletterName, expiresAt, role: admin ? 'admin' : 'follower' })
  return { kind: 'invite', text: caption || undefined, payload }
}

const noteOf = (note: proto.IMessage | null | undefined): string | undefined =>
  note?.extendedTextMessage?.text || note?.conversation || undefined

/** Payments; only some countries have them. Amounts are in thousandths at WhatsApp. */
const describePayment = (message: proto.IMessage): NormalMessage | undefined => {
  const { sendPaymentMessage: sent, requestPaymentMessage: asked, invoiceMessage: invoice } = message
  if (asked) {
    const amount = asked.amount1000 == null ? undefined : Number(asked.amount1000) / 1000
    const payload = withoutGaps({
      type: 'request',
      amount,
      currency: asked.currencyCodeIso4217,
      from: asked.requestFrom,
    })
    return { kind: 'payment', text: noteOf(asked.noteMessage), payload }
  }
  if (sent) {
    const payload = withoutGaps({ type: 'sent', requestId: sent.requestMessageKey?.id })
    return { kind: 'payment', text: noteOf(sent.noteMessage), payload }
  }
  const { declinePaymentRequestMessage: declined, cancelPaymentRequestMessage: cancelled } = message
  const ended = declined ?? cancelled
  if (ended) {
    const type = declined ? 'declined' : 'cancelled'
    return { kind: 'payment', payload: withoutGaps({ type, requestId: ended.key?.id }) }
  }
  if (invoice) return { kind: 'payment', text: invoice.note || undefined, payload: { type: 'invoice' } }
  return message.paymentInviteMessage ? { kind: 'payment', payload: { type: 'invite' } } : undefined
}

const OUTCOMES = ['connected', 'missed', 'failed', 'rejected', 'elsewhere', 'ongoing', 'silenced', 'unknownCaller']

/** Calls as they stand in a chat: one that was made, and one that is planned. */
const describeCall = (message: proto.IMessage): NormalMessage | undefined => {
  const { callLogMesssage: log, scheduledCallCreationMessage: planned, bcallMessage: broadcast } = message
  if (log) {
    const seconds = secondsOf(log.durationSecs)
    const payload = withoutGaps({ video: log.isVideo === true, outcome: OUTCOMES[log.callOutcome ?? 0], seconds })
    return { kind: 'call', payload }
  }
  if (planned) {
    const payload = withoutGaps({ startsAt: secondsOf(planned.scheduledTimestampMs), video: planned.callType === 2 })
    return { kind: 'call', text: planned.title || undefined, payload }
  }
  return broadcast ? { kind: 'call', text: broadcast.caption || undefined, payload: { broadcast: true } } : undefined
}

/** Marks that are about another message: pinned for everybody, or kept though it would disappear. */
const describeMark = ({
  pinInChatMessage: pin,
  keepInChatMessage: keep,
}: proto.IMessage): NormalMessage | undefined => {
  if (pin?.key?.id) return { kind: 'pin', payload: { targetId: pin.key.id, pinned: pin.type !== 2 } }
  if (!keep?.key?.id) return undefined
  return { kind: 'system', payload: { about: 'keep', targetId: keep.key.id, kept: keep.keepType !== 2 } }
}

/** What is rare in a chat: invitations, payments, calls, pins, the head of an album, a pack of stickers. */
export const describeNotes = (message: proto.IMessage): NormalMessage | undefined => {
  const found = describeInvite(message) ?? describePayment(message) ?? describeCall(message) ?? describeMark(message)
  if (found) return found
  const { albumMessage: album, stickerPackMessage: pack, questionResponseMessage: answer } = message
  if (album) {
    const payload = { images: album.expectedImageCount ?? 0, videos: album.expectedVideoCount ?? 0 }
    return { kind: 'album', payload }
  }
  if (pack) {
    const payload = withoutGaps({
      pack: pack.stickerPackId,
      publisher: pack.publisher,
      stickers: pack.stickers?.length,
    })
    return { kind: 'sticker', text: pack.name || undefined, payload }
  }
  const response = answer ?? message.statusQuestionAnswerMessage
  return response ? { kind: 'text', text: response.text ?? '', quotedId: response.key?.id || undefined } : undefined
}
