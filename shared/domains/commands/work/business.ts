import { z } from 'zod'

/** Questions about businesses and bots. */
export const businessWork = [
  /** `code` is the last part of `https://wa.me/message/<code>`. */
  z.object({ type: z.literal('business.resolve-link'), code: z.string() }),
  /** The account's own contact link; `revoke` replaces the one before. */
  z.object({ type: z.literal('business.contact-link'), revoke: z.boolean() }),
  z.object({ type: z.literal('business.bots') }),
  z.object({ type: z.literal('business.bot-profiles'), jids: z.array(z.string()) }),
] as const
