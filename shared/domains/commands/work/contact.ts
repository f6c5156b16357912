import { z } from 'zod'

/** Work on the address book. `jid` is a phone number's, without device part. */
export const contactWork = [
  z.object({ type: z.literal('contacts.save'), jid: z.string(), fullName: z.string() }),
  z.object({ type: z.literal('contacts.remove'), jid: z.string() }),
] as const
