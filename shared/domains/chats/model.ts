import type { Key } from '#data/expressions.ts'

/** `mutedUntil` of a chat whose mute has no end. */
export const MUTED_FOR_EVER = -1

/**
 * What the account's chat list says about a chat of a device, as WhatsApp's app state and history have told it. `jid` is the
 * phone number's where it is known, else the LID's, or the group's.
 */
export type Chat = {
  tenantId: string
  deviceId: string
  jid: string
  name?: string
  pinned: boolean
  archived: boolean
  /** Unix seconds; 0 is not muted, -1 muted without end. */
  mutedUntil: number
  /** Marked as unread by hand. */
  markedUnread: boolean
  labels: string[]
  /** When it was taken off the list; a later message brings it back. RFC 3339. */
  deletedAt?: string
  updatedAt: string
}

/** A label of the account, for chats and messages. `color` is WhatsApp's number, 0 to 19. */
export type Label = {
  tenantId: string
  deviceId: string
  labelId: string
  name: string
  color: number
  deleted?: boolean
  updatedAt: string
}

/** One change of the chat list. */
export type ChatChange =
  | { kind: 'pin'; pinned: boolean }
  | { kind: 'archive'; archived: boolean }
  | { kind: 'mute'; mutedUntil: number }
  | { kind: 'unread'; markedUnread: boolean }
  | { kind: 'label'; labelId: string; applied: boolean }
  /** `at`, RFC 3339, when it is known to have been earlier. */
  | { kind: 'delete'; at?: string }

/** Who made a change: a caller of the API, or the person on the phone. */
export type ChangeSource = 'api' | 'phone'

/** Key of a chat; all of a device's lie in its partition. */
export const chatKey = (deviceId: string, jid: string): Key => ({ pk: `D#${deviceId}`, sk: `CH#${jid}` })

/** Key of a label of a device. */
export const labelKey = (deviceId: string, labelId: string): Key => ({ pk: `D#${deviceId}`, sk: `LB#${labelId}` })
