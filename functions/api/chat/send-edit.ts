import { z } from 'zod'
import { requireMessage } from '#domains/chats/known-message.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { EDITABLE_MS } from '#domains/messages/edits.ts'
import type { Message } from '#domains/messages/model.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { parseRecipient } from '#kit/phone.ts'
import { threads } from '#services'
import { chatField, messageIdField } from './_chat.ts'
import { contextInfo } from './_context-info.ts'
import { queued, sendErrors, sendNeeds } from './_send.ts'

/** Throws unless WhatsApp takes new words for the message. */
const assertEditable = (message: Message, nowMs: number): void => {
  const wrong = (text: string) => fail('validation_failed', { details: [{ path: 'Id', message: text }] })
  if (message.direction !== 'out') throw wrong('is not a message that this account sent')
  if (message.kind !== 'text') throw wrong('is not a text message: only those can be edited')
  if (message.status === 'accepted' || message.status === 'failed') {
    throw fail('conflict', { message: 'WhatsApp does not have the message, so there is nothing to edit.' })
  }
  if (nowMs - Date.parse(message.sentAt ?? message.timestamp) > EDITABLE_MS) {
    throw fail('conflict', { message: 'The message was sent more than 15 minutes ago and cannot be edited any more.' })
  }
}

export const operation = defineOperation({
  key: 'digigo POST /chat/send/edit',
  group: 'Send',
  summary: 'Edit a sent message',
  description:
    'Gives a text message of this account new words, for everyone in the chat, within 15 minutes of sending. A reply stays one.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      Id: messageIdField.describe('The message to edit'),
      Phone: chatField,
      Body: z.string().min(1, 'must not be empty').max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`),
      ContextInfo: contextInfo.optional(),
    }),
  },
  output: z.object({ Details: z.string(), Id: z.string() }),
  errors: [...sendErrors, 'not_found'],
  needs: sendNeeds,
  idempotent: true,
  examples: {
    body: { Id: '90B2F8B13FAC8A9CF6B06E99C7834DC5', Phone: '5521971532700', Body: 'This is the updated message' },
  },
  handler: async (ctx, { body }) => {
    const to = parseRecipient(body.Phone, 'Phone')
    const device = await sessionDevice(ctx, ctx.actor)
    const target = await requireMessage(ctx, threads(), device, to.jid, body.Id)
    assertEditable(target, ctx.clock.nowMs())
    const outcome = await sendMessage(ctx, sendPorts(), {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to,
      content: { kind: 'edit', chat: to.jid, messageId: target.messageId, text: body.Body },
      context: { ...body.ContextInfo, quotedId: body.ContextInfo?.quotedId ?? target.quotedId },
      readiness: 'session',
      reservedId: ctx.reserved?.messageId,
      async: ctx.preferAsync,
    })
    const shown = { Id: target.messageId }
    return outcome.state === 'sent' ? { Details: 'Message edited successfully', ...shown } : queued(shown)
  },
})
