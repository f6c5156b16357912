import { z } from 'zod'
import { type Contact, contactName } from '#domains/contacts/model.ts'
import { getContacts } from '#domains/contacts/repo.ts'
import { type Conversation, listClassOf } from '#domains/conversations/model.ts'
import { type Device, phoneOf } from '#domains/devices/model.ts'
import { shownName } from '#domains/devices/shown-name.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { statusesOf } from '#domains/messages/repo.ts'
import { userNames } from '#domains/users/names.ts'
import type { Context } from '#kit/context.ts'

/** A conversation as the list shows it: one of a contact or group on one device. */
export const conversationRow = z.object({
  id: z.number().int(),
  device_id: z.number().int(),
  device_name: z.string(),
  device_phone: z.string().describe('E.164 with +; empty while the device is not paired'),
  inbox_id: z.number().int().nullable(),
  contact_id: z.number().int().nullable().describe('null for a group'),
  name: z.string().describe('Of the contact or group; the number where no name is known'),
  phone: z.string().describe('E.164 with +; empty for a group, and for somebody who hides the number'),
  chat: z.string().describe("WhatsApp's address of the chat (JID)"),
  is_group: z.boolean(),
  last_message: z
    .object({
      wa_message_id: z.string(),
      direction: z.enum(['in', 'out']),
      kind: z.string(),
      body: z.string().describe('The first 120 characters'),
      status: z.string(),
      timestamp: z.string(),
    })
    .nullable(),
  last_message_at: z.string().nullable(),
  unread: z.number().int(),
  status: z.enum(['open', 'solved']),
  needs_action: z.boolean().describe('It is open, and the newest message is the other side’s'),
  waiting_since: z.string().nullable().describe('The first message that nobody answered yet'),
  assigned_to: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  created_at: z.string(),
})

type Row = z.input<typeof conversationRow>

/** What a conversation is called: its contact's name, or the group's. */
const nameOf = (conversation: Conversation, contact: Contact | undefined): string =>
  (contact && contactName(contact)) || conversation.name || conversation.chat.split('@')[0] || ''

/** How far the newest messages are that we wrote: it is kept with the message, and not written to the row each time. */
const lastStatuses = (ctx: Context, conversations: Conversation[]) =>
  statusesOf(
    ctx,
    conversations.flatMap(({ tenantId, id, lastMessage }) =>
      lastMessage?.direction === 'out' ? [{ tenantId, conversationId: id, messageId: lastMessage.messageId }] : [],
    ),
  )

/** The rows of some conversations of a tenant; those of devices that are not among `devices` are left out. */
export const rowsOf = async (
  ctx: Context,
  tenantId: string,
  conversations: Conversation[],
  devices: ReadonlyMap<string, Device>,
): Promise<Row[]> => {
  const [contacts, statuses, users] = await Promise.all([
    getContacts(
      ctx,
      tenantId,
      conversations.flatMap(({ contactId }) => contactId ?? []),
    ),
    lastStatuses(ctx, conversations),
    userNames(
      ctx,
      tenantId,
      conversations.flatMap(({ assigneeId }) => assigneeId ?? []),
    ),
  ])
  return conversations.flatMap((conversation) => {
    const device = devices.get(conversation.deviceId)
    const contact = conversation.contactId === undefined ? undefined : contacts.get(conversation.contactId)
    return device ? [rowOf(conversation, device, contact, statuses.get(conversation.id), users)] : []
  })
}

const rowOf = (
  conversation: Conversation,
  device: Device,
  contact: Contact | undefined,
  lastStatus: string | undefined,
  users: ReadonlyMap<number, string>,
): Row => {
  const { id, lastMessage: last, assigneeId } = conversation
  const own = hasLogin(device) ? phoneOf(device) : undefined
  return {
    id,
    device_id: device.number,
    device_name: shownName(device),
    device_phone: own ? `+${own}` : '',
    inbox_id: device.inboxId ?? null,
    contact_id: conversation.contactId ?? null,
    name: nameOf(conversation, contact),
    phone: contact?.phone ? `+${contact.phone}` : '',
    chat: conversation.chat,
    is_group: conversation.isGroup,
    last_message: last
      ? {
          wa_message_id: last.messageId,
          direction: last.direction,
          kind: last.kind,
          body: last.text,
          status: lastStatus ?? last.status,
          timestamp: last.at,
        }
      : null,
    last_message_at: conversation.lastMessageAt ?? null,
    unread: conversation.unreadCount,
    status: listClassOf(conversation.status) === 'open' ? 'open' : 'solved',
    needs_action: conversation.needsAction === true,
    waiting_since: conversation.waitingSince ?? null,
    assigned_to: assigneeId === undefined ? null : { id: assigneeId, name: users.get(assigneeId) ?? '' },
    created_at: conversation.createdAt,
  }
}
