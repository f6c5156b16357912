import { z } from 'zod'
import { clientRole, scopes } from '#domains/guide/input.ts'
import type { Client, Token } from '#domains/guide/model.ts'

/** A client credential as people manage it; its secret is shown once, beside it. */
export const clientCredential = z
  .object({
    clientId: z.string(),
    role: clientRole,
    scopes,
    description: z.string(),
    active: z.boolean(),
    createdAt: z.string(),
  })
  .meta({ id: 'ClientCredential' })

/** Shapes a client. */
export const presentClient = ({
  clientId,
  role,
  scopes,
  description,
  active,
  createdAt,
}: Client): z.input<typeof clientCredential> => ({ clientId, role, scopes, description, active, createdAt })

/** A token of a client credential as people manage it; the token itself is shown when it is made and never again. */
export const clientToken = z
  .object({
    id: z.number().int(),
    isAdmin: z.boolean().describe('The first token of the organisation, whose devices are those of the host'),
    useHost: z.boolean(),
    expiresAt: z.string().nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'ClientToken' })

/** Shapes a token. */
export const presentToken = ({ id, isAdmin, usesHost, expiresAt, createdAt }: Token): z.input<typeof clientToken> => ({
  id,
  isAdmin,
  useHost: usesHost,
  expiresAt: expiresAt ?? null,
  createdAt,
})

/** The client credential in a path. */
export const clientParams = z.object({ clientId: z.string() })
