import { z } from 'zod'
import { type CommandPort, dispatch, makeCommand } from '#domains/commands/dispatch.ts'
import type { Conversation } from '#domains/conversations/model.ts'
import { markConversationRead } from '#domains/conversations/read.ts'
import { isTurn } from '#domains/conversations/turns.ts'
import { type Device, isOnline } from '#domains/devices/model.ts'
import type { Message } from '#domains/messages/model.ts'
import { listMessages } from '#domains/messages/repo.ts'
import type { Context } from '#kit/context.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { conversationParams, requireConversation } from './_find.ts'

/** Messages that get a receipt of their own; older unread ones are read with them, as WhatsApp shows it. */
const RECEIPTS = 100

/** The unread messages that WhatsApp is told of: the newest that arrived. */
const unreadOf = async (ctx: Context, { tenantId, id, unreadCount }: Conversation): Promise<Message[]> => {
  const { items } = await listMessages(ctx, tenantId, id, { limit: RECEIPTS })
  return items.filter((message) => message.direction === 'in' && isTurn(message)).slice(0, unreadCount)
}

/** Queues the receipts: in a group for each member who wrote, as WhatsApp wants it. Nobody waits for them. */
const sendReceipts = async (ctx: Context, port: CommandPort, device: Device, messages: Message[]): Promise<void> => {
  const byWriter = Map.groupBy(messages, ({ chat, isGroup, participant }) =>
    JSON.stringify([chat, isGroup ? participant : undefined]),
  )
  for (const some of byWriter.values()) {
    const [{ chat, isGroup, participant }] = some as [Message]
    const sender = isGroup ? participant : undefined
    const messageIds = some.map(({ messageId }) => messageId)
    await dispatch(port, device, makeCommand(ctx.clock, device, { type: 'chat.mark-read', chat, sender, messageIds }))
  }
}

export const operation = defineOperation({
  key: 'ceox POST /api/v1/conversations/{id}/read',
  group: 'conversations',
  summary: 'Clear the unread mark of a thread',
  description:
    'The contact sees the messages as read, if the device is connected and its privacy settings tell. A thread without unread messages stays as it is.',
  auth: ['apiKey', 'userToken'],
  input: { params: conversationParams },
  output: z.object({ id: z.number().int(), unread: z.number().int() }),
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'readWrite', commands: 'send', session: 'read' },
  handler: async (ctx, { params }) => {
    const { conversation, device } = await requireConversation(ctx, params.id)
    const { tenantId, id } = conversation
    if (conversation.unreadCount === 0) return { id, unread: 0 }
    const unread = await unreadOf(ctx, conversation)
    // The receipts first: when they cannot be queued the caller asks again, and finds the messages unread still.
    if (isOnline(device)) await sendReceipts(ctx, commandPort(), device, unread)
    await markConversationRead(ctx, { tenantId, conversationId: id }, 'all', 'api')
    return { id, unread: 0 }
  },
})
