import { z } from 'zod'
import { type ErrorCode, fail } from '#kit/errors.ts'

/** Who may act as a simulated phone: it can link itself to a connection, as one who manages connections can. */
export const DRIVER = { auth: ['userToken', 'apiKey'], capability: 'devices.manage' } as const

/** What every operation on a phone may answer with. */
export const PHONE_ERRORS: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'upstream_error',
  'sandbox_absent',
]

/** The digits that name a phone in a path. */
export const phoneParams = z.object({ phone: z.string() })

/** Where the control API has a phone. Throws `not_found` for what is no number. */
export const phonePath = ({ phone }: z.output<typeof phoneParams>, rest = ''): string => {
  if (!/^\d{5,20}$/.test(phone)) throw fail('not_found')
  return `/phones/${phone}${rest}`
}

/** A simulated phone with the companions that are linked to it. */
export const phoneView = z
  .looseObject({
    phone: z.string(),
    jid: z.string(),
    lid: z.string(),
    name: z.string(),
    online: z.boolean(),
    autoRead: z.boolean(),
    devices: z.array(z.looseObject({ device: z.number().int(), jid: z.string(), connected: z.boolean() })),
  })
  .meta({ id: 'SandboxPhone' })

/** A message as a simulated phone sees it. */
export const phoneMessage = z
  .looseObject({
    id: z.string(),
    chat: z.string(),
    fromMe: z.boolean(),
    kind: z.string(),
    timestamp: z.number(),
    status: z.string(),
  })
  .meta({ id: 'SandboxMessage' })
