import { z } from 'zod'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { phoneJid, refuse, required } from '#functions/api/user/_live.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { AppError, fail } from '#kit/errors.ts'
import { parseRecipient } from '#kit/phone.ts'
import { orderItem, orderOf } from './_order.ts'

/** WhatsApp's refusal in the document's words. */
const inWords = (error: unknown): unknown =>
  error instanceof AppError && error.code === 'send_failed'
    ? fail('operation_failed', { message: `failed to send order message: ${error.message}`, cause: error })
    : error

export const operation = defineOperation({
  key: 'digigo POST /business/order/send',
  group: 'Business',
  summary: 'Send an order to a business',
  description:
    'WhatsApp’s order message with number of items, total and picture. The items themselves are listed in its text, because the message refers to products of a catalogue and these have none.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: z.string().optional().describe('Required. Phone number of the business'),
      items: z.array(orderItem).max(100, 'has at most 100 items').optional().describe('Required. At least one'),
      notes: z.string().max(1024).optional(),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    phone: z.string(),
    order_id: z.string(),
    items_count: z.number().int(),
    total_amount: z.number(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  refusals: { items: 'invalid order item format' },
  errors: [
    'validation_failed',
    'not_on_whatsapp',
    'media_invalid',
    'media_unreachable',
    'unsafe_url',
    'unauthenticated',
    'payload_too_large',
    'no_session',
    'operation_failed',
    'device_not_connected',
    'device_logged_out',
    'upstream_timeout',
    'outcome_unknown',
  ],
  needs: { main: 'readWrite', session: 'read', commands: 'send', media: 'readWrite' },
  idempotent: true,
  examples: {
    body: {
      phone: '5491155553934',
      items: [
        { name: 'Product A', quantity: 2, price: 19.99, currency: 'USD' },
        { name: 'Product B', quantity: 1, price: 29.99, currency: 'USD' },
      ],
      notes: 'Please deliver in the morning',
    },
  },
  handler: async (ctx, { body }) => {
    const phone = required(body.phone, 'phone number is required')
    const jid = phoneJid(phone, 'invalid phone number')
    const { items = [] } = body
    if (items.length === 0) throw refuse('order must contain at least one item')
    const device = await sessionDevice(ctx, ctx.actor)
    const content = await orderOf(jid, { items, notes: body.notes, messageId: ctx.reserved?.messageId })
    const { state } = await sendMessage(ctx, sendPorts(), {
      tenantId: ctx.actor.tenantId,
      deviceId: device.id,
      device,
      to: parseRecipient(jid, 'phone'),
      content,
      readiness: 'session',
      reservedId: ctx.reserved?.messageId,
      numberCheck: true,
      async: ctx.preferAsync,
    }).catch((error: unknown) => {
      throw inWords(error)
    })
    const isSent = state === 'sent'
    const shown = {
      success: true as const,
      message: isSent ? 'Order message sent successfully' : 'Order message queued',
      phone,
      order_id: content.orderId,
      items_count: items.length,
      total_amount: content.totalAmount1000 / 1000,
    }
    if (isSent) return shown
    return answer({ status: 202, body: shown })
  },
})
