import { z } from 'zod'
import type { Webhook } from '#domains/webhooks/model.ts'

/** A webhook as CEOX shows it; its secret is never shown again. */
export const webhookRow = z.object({
  id: z.number().int(),
  url: z.string(),
  active: z.boolean(),
  has_secret: z.boolean(),
  disabled_reason: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
})

/** A webhook as a row. */
export const rowOf = (webhook: Webhook): z.input<typeof webhookRow> => ({
  id: webhook.id,
  url: webhook.url,
  active: webhook.active,
  has_secret: webhook.secretCipher !== undefined,
  disabled_reason: webhook.disabledReason ?? null,
  created_at: webhook.createdAt,
  updated_at: webhook.updatedAt,
})
