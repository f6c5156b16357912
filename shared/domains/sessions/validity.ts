import type { User } from '../users/model.ts'

/**
 * Whether a session of a user still counts: it was started (`ver`) under the user's present token version, or it is the one
 * in which the password was changed last, which alone outlives that change. Raising `tokenVersion` by itself ends them all.
 */
export const sessionHolds = (
  user: Pick<User, 'state' | 'tokenVersion' | 'keptSession'>,
  session: { id: string; ver: number | undefined },
): boolean => {
  if (user.state !== 'ACTIVE') return false
  const { keptSession, tokenVersion } = user
  if (session.ver === tokenVersion) return true
  return keptSession !== undefined && keptSession.ver === tokenVersion && keptSession.id === session.id
}
