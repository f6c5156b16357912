import { toDataURL } from 'qrcode'
import type { EventRecord } from '#kit/define-event.ts'
import type { DeviceFacts } from '../model.ts'
import { digigoName, isApiEcho } from '../names.ts'
import { appStateEntry } from './digigo-app-state.ts'
import { deviceEntry } from './digigo-device.ts'
import { groupEntry } from './digigo-group.ts'
import { historyEntry } from './digigo-history.ts'
import { digigoMessage } from './digigo-message.ts'
import { newsletterEntry } from './digigo-newsletters.ts'
import { signalEntry } from './digigo-signals.ts'
import { addressesOf, type MessageFacts, messageFactsOf } from './message-facts.ts'

/**
 * The body of a DIGIGO webhook; undefined when the event has no DIGIGO name. The document shows no payloads: the shape is
 * that of the open-source gateway family it belongs to (`type`, `event` with whatsmeow's fields, `userID`, `instanceName`).
 */
export const digigoPayload = async (
  event: EventRecord,
  device: DeviceFacts,
  { publicUrl, mediaBase64 }: { publicUrl: string; mediaBase64?: string },
): Promise<Record<string, unknown> | undefined> => {
  const type = digigoName(event)
  if (!type) return undefined
  const common = { type, eventId: event.id, userID: device.id, instanceName: device.name }
  if (type === 'Message' || type === 'UndecryptableMessage') {
    return { ...common, ...messagePart(event, device, publicUrl), base64: mediaBase64 }
  }
  if (event.type === 'message.read_elsewhere') return { ...common, ...readSelfPart(event, device) }
  if (type === 'Receipt' || type === 'ReadReceipt') return { ...common, ...receiptPart(event, device) }
  if (type === 'QR') {
    const code = String(event.data.qr)
    return { ...common, event: 'code', code, qrCodeBase64: await toDataURL(code, { margin: 2, width: 256 }) }
  }
  return {
    ...common,
    ...(type === 'Presence' && { state: event.data.available ? 'online' : 'offline' }),
    event:
      appStateEntry(event) ??
      groupEntry(event) ??
      historyEntry(event) ??
      newsletterEntry(event) ??
      signalEntry(event) ??
      deviceEntry(event),
  }
}

const withoutDevice = (jid: string | undefined): string | undefined => jid?.replace(/:\d+@/, '@')

/** Who wrote, and the same person's other address; own messages carry the device's addresses. */
const sendersOf = (
  facts: MessageFacts,
  device: DeviceFacts,
): { Sender: string; SenderAlt: string; RecipientAlt: string; AddressingMode: string } => {
  const other = addressesOf(facts)
  const own = { pn: withoutDevice(device.jid), lid: withoutDevice(device.lid) }
  const writer = facts.direction === 'out' ? own : other
  const known = facts.direction === 'out' ? undefined : (facts.participant ?? (facts.isGroup ? undefined : facts.chat))
  const sender = withoutDevice(known) ?? writer.pn ?? writer.lid ?? ''
  const senderAlt = (sender.endsWith('@lid') ? writer.pn : writer.lid) ?? ''
  const recipientAlt = facts.chat.endsWith('@lid') ? other.pn : other.lid
  return {
    Sender: sender,
    SenderAlt: senderAlt,
    RecipientAlt: facts.direction === 'out' && !facts.isGroup ? (recipientAlt ?? '') : '',
    AddressingMode: sender.endsWith('@lid') ? 'lid' : 'pn',
  }
}

/** What stanzas call their content; `text` is all else without a file. */
const STANZA_TYPES: Readonly<Record<string, string>> = { reaction: 'reaction', poll: 'poll', event: 'event' }

/** How a message changes another one, by WhatsApp's numbers: 1 an edit, 7 a deletion, 8 one by an administrator. */
const editOf = ({ kind, payload }: MessageFacts): string => {
  if (kind === 'edit') return '1'
  if (kind !== 'revoke') return ''
  return payload?.byAdmin ? '8' : '7'
}

/** What whatsmeow's events of these names say beside the message. */
const flagsOf = (event: EventRecord, { kind, payload }: MessageFacts): Record<string, unknown> =>
  event.type === 'message.undecryptable'
    ? { IsUnavailable: payload?.unavailable !== undefined, UnavailableType: payload?.unavailable ?? '' }
    : {
        IsEphemeral: payload?.expiresIn !== undefined,
        IsViewOnce: payload?.viewOnce === true,
        IsEdit: kind === 'edit',
      }

const messagePart = (event: EventRecord, device: DeviceFacts, publicUrl: string): Record<string, unknown> => {
  const facts = messageFactsOf(event)
  const mediaUrl = facts.media?.url && `${publicUrl}${facts.media.url}`
  const isMedia = facts.media !== undefined
  return {
    event: {
      Info: {
        ID: facts.messageId,
        Chat: facts.chat,
        ...sendersOf(facts, device),
        IsFromMe: facts.direction === 'out',
        IsGroup: facts.isGroup,
        IsFromAPI: isApiEcho(event) ? true : undefined,
        PushName: facts.senderName ?? '',
        Timestamp: facts.timestamp,
        Type: isMedia ? 'media' : (STANZA_TYPES[facts.kind] ?? 'text'),
        MediaType: isMedia ? facts.kind : '',
        Edit: editOf(facts),
        IsOffline: facts.offline,
        Post: facts.post,
        ServerID: facts.payload?.serverId,
        Phone: facts.phone,
        LID: facts.lid,
      },
      Message: digigoMessage(facts, mediaUrl),
      ...flagsOf(event, facts),
    },
    conversationId: event.conversationId,
    mediaUrl,
    mimeType: facts.media?.mimeType,
    fileName: facts.media?.fileName,
  }
}

/** The account's own reading: its own addresses, and the messages of others. */
const readSelfPart = ({ data, at }: EventRecord, device: DeviceFacts): Record<string, unknown> => ({
  state: 'ReadSelf',
  event: {
    MessageIDs: data.messageIds,
    Chat: data.chat,
    Sender: withoutDevice(device.jid) ?? '',
    SenderAlt: withoutDevice(device.lid) ?? '',
    AddressingMode: 'pn',
    IsFromMe: true,
    IsGroup: data.isGroup,
    Timestamp: data.at ?? at,
    Type: 'read-self',
  },
})

/** Who received or read: whom the receipt names, else the other side of the chat. */
const readerOf = (facts: MessageFacts): MessageFacts => {
  const { by, phone, lid } = facts
  return {
    ...facts,
    direction: 'in',
    participant: by?.jid ?? facts.participant,
    phone: by?.phone ?? phone,
    lid: by?.lid ?? lid,
  }
}

const receiptPart = (event: EventRecord, device: DeviceFacts): Record<string, unknown> => {
  const facts = messageFactsOf(event)
  const read = event.type === 'message.read'
  const reader = readerOf(facts)
  const { Sender, SenderAlt, AddressingMode } = sendersOf(reader, device)
  return {
    state: read ? 'Read' : 'Delivered',
    event: {
      MessageIDs: [facts.messageId],
      Chat: facts.chat,
      Sender,
      SenderAlt,
      AddressingMode,
      IsFromMe: false,
      IsGroup: facts.isGroup,
      Timestamp: facts.statusAt ?? event.at,
      // An empty type is what WhatsApp sends for "delivered".
      Type: read ? 'read' : '',
      Phone: reader.phone,
      LID: reader.lid,
    },
    conversationId: event.conversationId,
  }
}
