import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { requestOnline } from '#domains/devices/connection.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { phoneDigits } from '#kit/phone.ts'
import { commandPort } from '#services'

const codeReply = z.object({ code: z.string() })

export const operation = defineOperation({
  key: 'digigo POST /session/pairphone',
  group: 'Session',
  summary: 'Pairing code for a phone number',
  description:
    'The code is typed on the phone, in place of scanning the QR code. A device that is not connected is connected.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      Phone: z.string().refine((text) => phoneDigits(text) !== undefined, 'must be a phone number with country code'),
    }),
  },
  output: z.object({ LinkingCode: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'already_logged_in', 'upstream_timeout', 'upstream_error'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: { body: { Phone: '5491155553934' } },
  handler: async (ctx, { body }) => {
    const own = await ownDevice(ctx, ctx.actor)
    if (hasLogin(own)) throw fail('already_logged_in')
    const device = own.desired === 'online' ? own : await requestOnline(ctx, commandPort(), own)
    const phone = phoneDigits(body.Phone) ?? ''
    const { code } = codeReply.parse(await ask(commandPort(), device, { type: 'device.pair-code', phone }))
    return { LinkingCode: code }
  },
})
