import { z } from 'zod'

/** Text that people write on one line: composed (NFC), without control characters and spaces around it, counted in characters. */
export const line = (most: number, least = 0) =>
  z
    .string()
    .transform((text) =>
      text
        .normalize('NFC')
        .replace(/\p{Cc}/gu, '')
        .trim(),
    )
    .refine((text) => [...text].length >= least, 'must not be empty')
    .refine((text) => [...text].length <= most, `has at most ${most} characters`)

/** A text that may be left out. Clients send fields they do not use with their empty value: that is the same as leaving them out. */
export const optionalText = z
  .string()
  .transform((text) => text || undefined)
  .optional()
