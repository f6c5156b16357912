import { z } from 'zod'
import { clientRole } from '#domains/guide/input.ts'
import type { Client } from '#domains/guide/model.ts'

/** A client credential as the Guide shows it; its secret is shown once, beside it. */
export const clientRow = z.object({
  client_id: z.string(),
  role: clientRole,
  scopes: z.array(z.string()),
  description: z.string(),
  active: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
})

/** A client as a row. */
export const rowOf = (client: Client): z.input<typeof clientRow> => ({
  client_id: client.clientId,
  role: client.role,
  scopes: client.scopes,
  description: client.description,
  active: client.active,
  created_at: client.createdAt,
  updated_at: client.updatedAt,
})
