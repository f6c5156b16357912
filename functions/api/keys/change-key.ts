import { z } from 'zod'
import { changeApiKey } from '#domains/credentials/api-keys.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { cxApiKey, expiryOf, keyCapabilities, keyExpiry, keyName, presentApiKey } from './_key.ts'

export const operation = defineOperation({
  key: 'cx PATCH /api/v1/api-keys/{id}',
  group: 'API keys',
  summary: 'Change name, capabilities or expiry of an API key, or switch it off and on',
  description: 'Counts from the next request with the key on.',
  auth: ['userToken', 'apiKey'],
  capability: 'keys.manage',
  input: {
    params: z.object({ id: z.string() }),
    body: z.object({
      name: keyName.optional(),
      enabled: z.boolean().optional(),
      capabilities: keyCapabilities.optional(),
      expiresAt: keyExpiry.nullable().optional(),
    }),
  },
  output: cxApiKey,
  errors: ['validation_failed', 'unauthenticated', 'capability_not_held', 'forbidden', 'not_found'],
  needs: { main: 'readWrite', sockets: 'push' },
  examples: { body: { enabled: false } },
  handler: async (ctx, { params, body: { expiresAt, ...change } }) => {
    const expiresOn = typeof expiresAt === 'string' ? expiryOf(ctx, expiresAt) : expiresAt
    return presentApiKey(await changeApiKey(ctx, ctx.actor, params.id, { ...change, expiresOn }))
  },
})
