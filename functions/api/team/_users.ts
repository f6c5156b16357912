import { z } from 'zod'
import { line } from '#kit/text.ts'

/** The user or role in a path. */
export const idParams = z.object({ id: z.string() })

/** What a user is called. */
export const userName = line(100, 1)

/** An address by which a user signs in. */
export const userEmail = z
  .string()
  .trim()
  .pipe(z.email('must be an e-mail address').max(254, 'has at most 254 characters'))
