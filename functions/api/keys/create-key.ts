import { z } from 'zod'
import { createApiKey } from '#domains/credentials/api-keys.ts'
import { getUserWithRole } from '#domains/users/repo.ts'
import { userIdOf } from '#kit/actor.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { cxApiKey, expiryOf, keyCapabilities, keyExpiry, keyName, presentApiKey } from './_key.ts'

export const operation = defineOperation({
  key: 'cx POST /api/v1/api-keys',
  group: 'API keys',
  summary: 'Create an API key, which is shown this once',
  description:
    'A key does what it was given, all but `billing.manage` and `keys.manage` of its maker unless `capabilities` says otherwise. ' +
    'Only its hash is stored. A key cannot make keys.',
  auth: ['userToken', 'apiKey'],
  capability: 'keys.manage',
  input: {
    body: z.object({
      name: keyName.optional(),
      capabilities: keyCapabilities.optional(),
      expiresAt: keyExpiry.optional(),
    }),
  },
  output: z.object({ apiKey: cxApiKey, key: z.string() }),
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'capability_not_held', 'forbidden', 'idempotency_mismatch'],
  idempotent: true,
  needs: { main: 'readWrite', platformSecret: 'read' },
  examples: { body: { name: 'Shop' } },
  handler: async (ctx, { body: { name, capabilities, expiresAt } }) => {
    const userId = userIdOf(ctx.actor)
    if (userId === undefined) throw fail('forbidden', { message: 'A key cannot make keys: sign in as a user.' })
    const { user } = await getUserWithRole(ctx, ctx.actor.tenantId, userId)
    const { key, secret } = await createApiKey(ctx, ctx.actor, {
      name,
      capabilities,
      expiresOn: expiresAt && expiryOf(ctx, expiresAt),
      createdBy: { id: user.id, name: user.name },
    })
    return { apiKey: presentApiKey(key), key: secret }
  },
})
