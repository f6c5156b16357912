import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { verifyPassword } from '#kit/password.ts'
import type { User } from '../users/model.ts'
import { usersByEmail } from '../users/repo.ts'
import { countAttempt } from './throttle.ts'

/** The users an address belongs to who may sign in, the last used first. */
export const activeUsers = async (ctx: Context, email: string): Promise<User[]> => {
  const users = (await usersByEmail(ctx, email)).filter((user) => user.state === 'ACTIVE')
  return users.sort((a, b) => (b.lastSeenAt ?? b.createdAt).localeCompare(a.lastSeenAt ?? a.createdAt))
}

/**
 * The users whose address and password these are (one per organisation), the last used first. Unknown addresses cost the same
 * work and give the same answer as wrong passwords. Throws `invalid_credentials`, and `too_many_attempts` with
 * `data.retryAfterSeconds` while the address or the caller's IP has to wait.
 */
export const checkLogin = async (
  ctx: Context,
  login: { email: string; password: string; ip: string },
): Promise<User[]> => {
  const attempt = await countAttempt(ctx, login)
  const known = await activeUsers(ctx, login.email)
  const matches = await Promise.all(known.map((user) => verifyPassword(login.password, user.passwordHash)))
  if (known.length === 0) await verifyPassword(login.password, undefined)
  const users = known.filter((_, at) => matches[at])
  if (users.length === 0) throw fail('invalid_credentials')
  await attempt.forgive()
  return users
}
