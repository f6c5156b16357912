import { z } from 'zod'
import type { LinkedDevice } from '#domains/contacts/people.ts'

/** A device of a user, as the facts about the user list it. */
export const shownDevice = z.object({
  user: z.string(),
  agent: z.string(),
  device: z.string().describe('Kind of device; UNKNOWN where WhatsApp does not tell it'),
  server: z.string(),
  ad: z.string(),
  jid: z.string(),
})

/** The device `id` of an account given by its JID. `agent` is 0: WhatsApp uses no other for people. */
export const showDevice = (account: string, { id, platform }: LinkedDevice): z.input<typeof shownDevice> => {
  const [user = '', server = ''] = account.split('@')
  return {
    user,
    agent: '0',
    device: platform ?? 'UNKNOWN',
    server,
    ad: `${user}.0:${id}@${server}`,
    jid: id === 0 ? account : `${user}:${id}@${server}`,
  }
}
