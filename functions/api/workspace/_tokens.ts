import { z } from 'zod'
import type { Owner } from '#domains/guide/devices.ts'
import type { Token } from '#domains/guide/model.ts'
import { findToken } from '#domains/guide/tokens.ts'
import type { Webhook } from '#domains/webhooks/model.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'

/** Whose devices the calling token sees. */
export const ownerOf = ({ actor: { tenantId, identity } }: OperationContext): Owner => {
  if (identity === undefined) throw fail('unauthenticated')
  return { tenantId, identity }
}

/** The calling token. */
export const callingToken = async (ctx: OperationContext): Promise<Token> => {
  const token = await findToken(ctx, ctx.actor.tenantId, ctx.actor.id)
  if (!token) throw fail('unauthenticated')
  return token
}

/** The one messenger there is, as the Guide names it. */
export const platform = z.literal('wa', { error: ({ input }) => (input === undefined ? undefined : 'must be "wa"') })

/** A webhook of a token as the Guide shows it. */
export const tokenWebhook = z.object({
  id: z.number().int(),
  url: z.string(),
  active: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
})

/** A webhook of a token as a row. */
export const tokenWebhookRow = (webhook: Webhook): z.input<typeof tokenWebhook> => ({
  id: webhook.id,
  url: webhook.url,
  active: webhook.active,
  created_at: webhook.createdAt,
  updated_at: webhook.updatedAt,
})
