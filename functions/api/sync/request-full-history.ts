import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { assertClient } from '#domains/sync/ask.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { requestErrors, sendRequest } from './_request.ts'

const FAILED = 'Failed to send full history sync request'

/** The document's type: a whole number of 32 bits without sign. */
const uint32 = z.number().int().min(0).max(4_294_967_295)

const config = z.object({
  days_limit: uint32.default(30),
  size_mb_limit: uint32.default(1000),
  include_groups: z.boolean().default(true),
  include_calls: z.boolean().default(false),
})

export const operation = defineOperation({
  key: 'digigo POST /sync/full-history',
  group: 'Sync',
  summary: 'Request full history of all chats',
  description:
    'Asks the phone for the history of all chats, as it sends it when a device is linked. It comes in parts over minutes or hours, is stored, and is announced by `HistorySync` events ' +
    'whose `fullHistorySyncOnDemandRequestMetadata` names the request; GET /session/status says how far it is. The phone decides how much it gives.',
  auth: ['deviceToken'],
  input: { body: config },
  output: z.object({ success: z.literal(true), message: z.string(), request_id: z.string(), config: config }),
  envelope: 'flat',
  errors: [...requestErrors, 'client_not_connected'],
  needs: { main: 'read', session: 'read', commands: 'send' },
  examples: { body: { days_limit: 30, size_mb_limit: 1000, include_groups: true, include_calls: false } },
  handler: async (ctx, { body }) => {
    const device = await ownDevice(ctx, ctx.actor)
    assertClient(device, () => fail('client_not_connected', { message: 'Client not connected to WhatsApp' }))
    const requestId = randomBytes(16).toString('hex').toUpperCase()
    const request = {
      type: 'sync.full-history' as const,
      requestId,
      days: body.days_limit,
      sizeMb: body.size_mb_limit,
      groups: body.include_groups,
      calls: body.include_calls,
    }
    await sendRequest(device, request, FAILED)
    return {
      success: true as const,
      message:
        'Full history sync requested successfully. History will arrive asynchronously via HistorySync events (webhook/websocket). This works exactly like the initial connection sync.',
      request_id: requestId,
      config: body,
    }
  },
})
