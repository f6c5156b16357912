import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { requestOnline } from '#domains/devices/connection.ts'
import { hasLogin, isWanted } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { phoneDigits } from '#kit/phone.ts'
import { commandPort } from '#services'
import { connectionParams, MANAGERS, requireConnection } from './_connection.ts'

const codeReply = z.object({ code: z.string() })

export const operation = defineOperation({
  key: 'own POST /api/v1/wa-connections/{id}/pair-code',
  group: 'Connections',
  summary: 'Pairing code for a phone number',
  description: 'Typed on the phone in place of scanning the QR code. A connection that does not stand is opened.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: {
    params: connectionParams,
    body: z.object({
      phone: z.string().refine((text) => phoneDigits(text) !== undefined, 'must be a phone number with country code'),
    }),
  },
  output: z.object({ code: z.string() }),
  errors: [
    'validation_failed',
    'unauthenticated',
    'forbidden',
    'not_found',
    'already_logged_in',
    'upstream_timeout',
    'upstream_error',
  ],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: { body: { phone: '+5491155553934' } },
  handler: async (ctx, { params, body }) => {
    const known = await requireConnection(ctx, params.id)
    if (hasLogin(known)) throw fail('already_logged_in')
    const device = isWanted(known) ? known : await requestOnline(ctx, commandPort(), known)
    const phone = phoneDigits(body.phone) ?? ''
    return codeReply.parse(await ask(commandPort(), device, { type: 'device.pair-code', phone }))
  },
})
