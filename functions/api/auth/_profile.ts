import { z } from 'zod'
import { type Role, roleWord, type User } from '#domains/users/model.ts'

/** The own user as CX's profile shows it. */
export const cxProfile = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    avatarUrl: z.string().nullable(),
    role: z.enum(['SUPER_ADMIN', 'ADMIN', 'AGENT']),
    hasPassword: z.boolean(),
    writingAssistEnabled: z.boolean(),
    timezone: z.string().nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'CxProfile' })

/** Shapes a user as his own profile. */
export const presentProfile = (user: User, role: Role): z.infer<typeof cxProfile> => ({
  id: String(user.id),
  email: user.email,
  name: user.name,
  avatarUrl: null,
  role: roleWord(role),
  hasPassword: user.passwordHash !== undefined,
  writingAssistEnabled: false,
  timezone: user.timezone ?? null,
  createdAt: user.createdAt,
})
