import { z } from 'zod'

/** What makes an account a business's: a certified name, and what it tells about itself. */
export const businessFacts = z.object({
  verifiedName: z.string().min(1),
  email: z.string().optional(),
  address: z.string().optional(),
  description: z.string().optional(),
  websites: z.array(z.string()).default([]),
  categories: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  options: z.record(z.string(), z.string()).default({}),
  timezone: z.string().optional(),
  /** Times in minutes of the day. */
  hours: z
    .array(z.object({ day: z.string(), mode: z.string(), opens: z.number().optional(), closes: z.number().optional() }))
    .default([]),
  /** Code of a link that leads to a chat with the business, and the words it begins with. */
  messageLink: z.object({ code: z.string(), message: z.string() }).optional(),
})

/** A business account. */
export type BusinessFacts = z.infer<typeof businessFacts>
