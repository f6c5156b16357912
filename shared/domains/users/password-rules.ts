import { z } from 'zod'
import { fail } from '#kit/errors.ts'
import { isCommonPassword } from './common-passwords.ts'
import { normalEmail } from './model.ts'

/** Most characters of a password: what is longer only costs time to hash. */
export const LONGEST_PASSWORD = 128

/** A password as people choose it. */
export const newPassword = z
  .string()
  .min(8, 'has at least 8 characters')
  .max(LONGEST_PASSWORD, `has at most ${LONGEST_PASSWORD} characters`)

/** Refuses a password that anybody would guess. Throws `weak_password` naming `field`. */
export const requireStrongPassword = (password: string, email: string, field: string): void => {
  const message = isCommonPassword(password)
    ? 'is among the most used passwords: choose another one'
    : normalEmail(password) === normalEmail(email) && 'must not be the e-mail address'
  if (message) throw fail('weak_password', { details: [{ path: field, message }] })
}
