import { z } from 'zod'

/** How a call is rejected, by the names of the operation that sets it; `decline` is what a user's creation calls `declined`. */
export const rejectType = z
  .enum(['busy', 'declined', 'decline', 'unavailable'], {
    error: 'invalid reject_type, must be: busy, declined, or unavailable',
  })
  .transform((type) => (type === 'decline' ? 'declined' : type))
