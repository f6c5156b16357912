import { z } from 'zod'
import type { Device } from '#domains/devices/model.ts'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { AppError, fail } from '#kit/errors.ts'
import { type Recipient, readRecipient } from '#kit/phone.ts'

/** The caller, who is a person. Throws `validation_failed` in the document's words. */
const callerOf = (text: string): Recipient => {
  const caller = text.includes('@') ? readRecipient(text) : undefined
  if (caller && !caller.isGroup) return caller
  throw fail('validation_failed', { message: 'invalid call_from JID: invalid format' })
}

/** The device. Throws `no_session` in the document's words: it has no login, or it has one and is to be offline. */
const clientOf = async (ctx: OperationContext): Promise<Device> => {
  try {
    return await sessionDevice(ctx, ctx.actor)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'no_session') throw error
    const isOff = error.message !== 'no session'
    throw fail('no_session', { message: isOff ? 'client not connected' : 'client not initialized', cause: error })
  }
}

/** Rejects the call. Throws `not_found` in words of this operation. */
const reject = async (device: Device, callId: string, from: string): Promise<void> => {
  try {
    await askDevice(device, { type: 'call.reject', callId, from })
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
    throw fail('not_found', { message: 'failed to reject call: no call of that id from that caller is ringing' })
  }
}

/** Writes to the caller. A call that was rejected stays rejected, so a message that fails is only told about. */
const write = async (
  ctx: OperationContext,
  device: Device,
  to: Recipient,
  text: string,
): Promise<string | undefined> => {
  const { tenantId, id: deviceId } = device
  const content = { kind: 'text' as const, text }
  try {
    await sendMessage(ctx, sendPorts(), { tenantId, deviceId, device, to, content, readiness: 'session' })
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

export const operation = defineOperation({
  key: 'digigo POST /call/reject/send',
  group: 'Call',
  summary: 'Reject a call, optionally with a message',
  description:
    'The call has to be ringing. WhatsApp knows one kind of rejection for linked devices: reject_type is checked and shown again, the caller sees a declined call.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      call_id: z.string().min(1).max(128),
      call_from: z.string().min(1),
      reject_type: z.enum(['busy', 'declined', 'unavailable'], 'must be: busy, declined, or unavailable'),
      message: z.string().max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`).optional(),
    }),
  },
  output: z.object({
    success: z.literal(true),
    call_id: z.string(),
    call_from: z.string(),
    reject_type: z.string(),
    action: z.literal('rejected'),
    message_sent: z.boolean(),
    message_error: z.string().optional().describe('Why the message was not sent'),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  refusals: {
    call_id: { missing: 'call_id and call_from are required' },
    call_from: { missing: 'call_id and call_from are required', wrong: 'invalid call_from JID: invalid format' },
    reject_type: 'invalid reject_type, must be: busy, declined, or unavailable',
  },
  errors: [
    'validation_failed',
    'unauthenticated',
    'not_found',
    'no_session',
    'device_not_connected',
    'device_logged_out',
    'upstream_error',
    'upstream_timeout',
  ],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: {
    body: { call_id: 'call_12345_abcd', call_from: '5521971532700@s.whatsapp.net', reject_type: 'busy' },
  },
  handler: async (ctx, { body }) => {
    const caller = callerOf(body.call_from)
    const device = await clientOf(ctx)
    await reject(device, body.call_id, caller.jid)
    const failure = body.message ? await write(ctx, device, caller, body.message) : undefined
    const { call_id, call_from, reject_type } = body
    return {
      success: true as const,
      ...{ call_id, call_from, reject_type },
      action: 'rejected' as const,
      message_sent: body.message ? failure === undefined : false,
      message_error: failure,
    }
  },
})
