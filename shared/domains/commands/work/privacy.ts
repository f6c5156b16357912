import { z } from 'zod'

/** Work on who sees what of the account. */
export const privacyWork = [
  z.object({ type: z.literal('privacy.settings') }),
  /** `category` and `value` are WhatsApp's own words. */
  z.object({ type: z.literal('privacy.set'), category: z.string(), value: z.string() }),
  /** Who gets the status posts of the account. */
  z.object({ type: z.literal('privacy.status-audience') }),
  /** Seconds after which messages of new chats disappear; 0 never. */
  z.object({ type: z.literal('privacy.disappearing'), seconds: z.number().int() }),
  z.object({ type: z.literal('privacy.blocklist') }),
  z.object({ type: z.literal('privacy.block'), jids: z.array(z.string()), blocked: z.boolean() }),
] as const
