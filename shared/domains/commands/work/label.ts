import { z } from 'zod'

/** Work on labels. */
export const labelWork = [
  z.object({
    type: z.literal('label.edit'),
    labelId: z.string(),
    name: z.string(),
    color: z.number().int(),
    deleted: z.boolean(),
  }),
  z.object({ type: z.literal('label.chat'), chat: z.string(), labelId: z.string(), applied: z.boolean() }),
  z.object({
    type: z.literal('label.message'),
    chat: z.string(),
    conversationId: z.number().int(),
    messageId: z.string(),
    labelId: z.string(),
    applied: z.boolean(),
  }),
] as const
