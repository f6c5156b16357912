import { z } from 'zod'
import { CEOX_CAPABILITIES, type Role } from '#domains/users/model.ts'
import type { ErrorCode } from '#kit/errors.ts'
import { line } from '#kit/text.ts'

/** A capability that CEOX knows. */
export const capability = z.enum(CEOX_CAPABILITIES)

/** A role as CEOX shows it: with the capabilities it knows. */
export const roleRow = z.object({
  id: z.number().int(),
  name: z.string(),
  is_system: z.boolean(),
  capabilities: z.array(capability),
})

/** A role as a row. */
export const rowOf = ({ id, name, system, capabilities }: Role): z.input<typeof roleRow> => ({
  id,
  name,
  is_system: system,
  capabilities: CEOX_CAPABILITIES.filter((known) => capabilities.includes(known)),
})

/** A role with everything it holds. */
export const matrixRow = z
  .object({
    id: z.number().int(),
    name: z.string(),
    system: z.boolean(),
    users: z.number().int().describe('Users who have it'),
    capabilities: z.array(z.string()),
  })
  .meta({ id: 'RoleCapabilities' })

/** A role with everything it holds, as a row. */
export const matrixRowOf = ({ id, name, system, userCount = 0, capabilities }: Role): z.input<typeof matrixRow> => ({
  id,
  name,
  system,
  users: userCount,
  capabilities,
})

/** What a role is called. */
export const roleName = line(60, 1)

/** What changing a role may fail with. */
export const roleChangeErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'forbidden',
  'capability_not_held',
  'not_found',
  'conflict',
  'last_admin',
  'try_again',
]

/** What changing a role reaches: it ends the WebSockets of who has it. */
export const roleChangeNeeds = { main: 'readWrite', sockets: 'push' } as const
