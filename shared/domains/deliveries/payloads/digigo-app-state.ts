import type { EventRecord } from '#kit/define-event.ts'

type Entry = { Index: string[]; [action: string]: unknown }

const chatEntry = ({ data }: EventRecord): Entry => {
  const chat = String(data.chat)
  switch (data.change) {
    case 'pin':
      return { Index: ['pin_v1', chat], pinAction: { pinned: data.pinned } }
    case 'archive':
      return { Index: ['archive', chat], archiveChatAction: { archived: data.archived } }
    case 'mute': {
      const until = Number(data.mutedUntil)
      // Unlike ours, WhatsApp's end of a mute is in milliseconds.
      const muteEndTimestamp = until > 0 ? until * 1000 : until || undefined
      return { Index: ['mute', chat], muteAction: { muted: until !== 0, muteEndTimestamp } }
    }
    case 'unread':
      return { Index: ['markChatAsRead', chat], markChatAsReadAction: { read: !data.markedUnread } }
    case 'delete':
      return { Index: ['deleteChat', chat, '1'], deleteChatAction: {} }
    default: {
      const labelId = String(data.labelId)
      const labeled = (data.labels as string[]).includes(labelId)
      return { Index: ['label_jid', labelId, chat], labelAssociationAction: { labeled } }
    }
  }
}

/** Of a person who was taken out of the address book nothing is left to say. */
const contactEntry = ({ data }: EventRecord): Entry => {
  const { jid, lid, name: fullName, firstName } = data
  const contactAction = fullName === undefined ? {} : { fullName, firstName, lidJID: lid && `${String(lid)}@lid` }
  return { Index: ['contact', String(jid)], contactAction }
}

const ENTRIES: Record<string, (event: EventRecord) => Entry> = {
  'chat.changed': chatEntry,
  'address_book.changed': contactEntry,
  'label.changed': ({ data }) => ({
    Index: ['label_edit', String(data.labelId)],
    labelEditAction: { name: data.name, color: data.color, deleted: data.deleted },
  }),
  'message.starred': ({ data }) => ({
    Index: ['star', String(data.chat), String(data.messageId), data.direction === 'out' ? '1' : '0', '0'],
    starAction: { starred: data.starred },
  }),
  'message.labelled': ({ data }) => {
    const labelId = String(data.labelId)
    const labeled = (data.labels as string[]).includes(labelId)
    return {
      Index: ['label_message', labelId, String(data.chat), String(data.messageId), '0', '0'],
      labelAssociationAction: { labeled },
    }
  },
}

/**
 * `event` of an `AppState` webhook: the entry of WhatsApp's app state that changed, with the names its own protocol has for
 * index and action (which is what whatsmeow's event of that name shows). Undefined for other events.
 */
export const appStateEntry = (event: EventRecord): Record<string, unknown> | undefined => {
  const entry = ENTRIES[event.type]?.(event)
  return entry && { ...entry, timestamp: Date.parse(event.at), Source: event.data.source }
}
