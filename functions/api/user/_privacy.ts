import { z } from 'zod'

/** The account's privacy settings as two operations show them; empty where WhatsApp does not tell one. */
export const shownPrivacy = z.object({
  group_add: z.string(),
  last_seen: z.string(),
  status: z.string().describe('Who sees the text about the account'),
  profile: z.string(),
  read_receipts: z.string(),
  online: z.string(),
  call_add: z.string(),
})
