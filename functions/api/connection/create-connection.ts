import { z } from 'zod'
import { createDevice } from '#domains/devices/create.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { randomSecret } from '#kit/ids.ts'
import { counters } from '#services'
import { connectionDetail, detailOf, MANAGERS } from './_connection.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/wa-connections',
  group: 'Connections',
  summary: 'Make a connection with its device token',
  description:
    'The token is the credential of the DIGIGO and Manager operations for this number. Without one a random token is made. ' +
    'Connect it afterwards to pair a phone.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: {
    body: z.object({
      name: z.string().trim().min(1, 'must not be empty').max(255),
      token: z
        .string()
        .regex(/^[!-~]+$/, 'has visible ASCII characters only')
        .min(8, 'has at least 8 characters')
        .max(255)
        .optional(),
      workspace: z.string().trim().max(255).optional(),
    }),
  },
  output: z.object({ connection: connectionDetail, token: z.string() }),
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'token_taken'],
  needs: { main: 'readWrite', platformSecret: 'read' },
  idempotent: true,
  examples: { body: { name: 'Sales', workspace: 'Jakarta' } },
  handler: async (ctx, { body }) => {
    const token = body.token ?? randomSecret()
    const { tenantId } = ctx.actor
    const workspace = body.workspace || undefined
    const device = await createDevice(ctx, counters(), { tenantId, name: body.name, token, workspace })
    return { connection: detailOf(device, ctx.clock.nowMs()), token }
  },
})
