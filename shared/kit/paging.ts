import { z } from 'zod'

/** Query parameter of a list: how many rows at most. */
export const limitUpTo = (most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be a number from 1 to ${most}`)
    .transform(Number)
    .refine((count) => count >= 1 && count <= most, `must be a number from 1 to ${most}`)
    .default(most)
    .describe(`Rows at most; ${most} unless said otherwise`)

/** Query parameter of a list: where to go on. */
export const cursorParameter = z
  .string()
  .min(1)
  .optional()
  .describe('`X-Next-Cursor` of the page before, with the same other parameters')
