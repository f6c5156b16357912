import { z } from 'zod'
import { requireClient } from '#domains/guide/clients.ts'
import { identityUserId, serverName } from '#domains/guide/matrix-ids.ts'
import type { Client, Token } from '#domains/guide/model.ts'
import type { OperationContext } from '#kit/define-operation.ts'

/** A token as the Guide lists it; the token itself is shown when it is made and never again. */
export const tokenRow = z.object({
  id: z.number().int(),
  client_id: z.string(),
  is_admin: z.boolean(),
  use_host: z.boolean(),
  matrix_username: z.string(),
  matrix_user_id: z.string(),
  expires_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
})

/** A token as a row. */
export const rowOf = (token: Token): z.input<typeof tokenRow> => ({
  id: token.id,
  client_id: token.clientId,
  is_admin: token.isAdmin,
  use_host: token.usesHost,
  matrix_username: token.identity,
  matrix_user_id: identityUserId(token.identity, serverName(process.env.PUBLIC_URL ?? '')),
  expires_at: token.expiresAt ?? null,
  created_at: token.createdAt,
  updated_at: token.updatedAt,
})

/** The client that asks. */
export const callingClient = (ctx: OperationContext): Promise<Client> =>
  requireClient(ctx, ctx.actor.tenantId, ctx.actor.id)
