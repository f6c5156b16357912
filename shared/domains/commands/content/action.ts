import { z } from 'zod'

/** The message that an action is about, as WhatsApp names it. `participant` is who wrote it, in a group. */
const target = z.object({
  chat: z.string(),
  messageId: z.string(),
  fromMe: z.boolean(),
  participant: z.string().optional(),
})

/** Content that is about another message. */
export const actionContent = [
  /** An empty emoji takes the reaction away. */
  z.object({ kind: z.literal('reaction'), target, emoji: z.string() }),
  /** Deletes an own message for everyone. */
  z.object({ kind: z.literal('revoke'), target }),
] as const
