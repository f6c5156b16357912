import type { Command, WorkOf } from '#domains/commands/model.ts'
import { userOf } from '#domains/contacts/model.ts'
import { contentFacts } from '#domains/messages/content-facts.ts'
import { type Message, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import type { MessageRef } from '#domains/messages/repo.ts'

type Send = WorkOf<'message.send'>

/** The message that a command is about. */
export const refOf = (command: Command, work: Send): MessageRef => ({
  tenantId: command.tenantId,
  conversationId: work.conversationId,
  messageId: work.messageId,
})

/** The message item as the accepting side would have stored it: written by the runner only when it is not there yet. */
export const asMessage = (command: Command, work: Send, more: Partial<Message>): Message => {
  const { content, to } = work
  const facts = contentFacts(content)
  return {
    tenantId: command.tenantId,
    deviceId: command.deviceId,
    conversationId: work.conversationId,
    messageId: work.messageId,
    direction: 'out',
    kind: content.kind,
    status: 'accepted',
    rank: STATUS_RANK.accepted,
    chat: to,
    phone: to.endsWith('@s.whatsapp.net') ? userOf(to) : undefined,
    lid: to.endsWith('@lid') ? userOf(to) : undefined,
    ...facts,
    payload: work.context.echo ? { ...facts.payload, echoApi: true } : facts.payload,
    quotedId: work.context.quotedId,
    isGroup: /@(g\.us|broadcast)$/.test(to),
    source: work.source,
    userId: work.userId,
    at: threadTime(Date.parse(work.acceptedAt), work.messageId),
    timestamp: work.acceptedAt,
    acceptedAt: work.acceptedAt,
    ...more,
  }
}
