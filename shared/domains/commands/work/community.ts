import { z } from 'zod'

const jid = z.string().regex(/^\d+(-\d+)?@g\.us$/)

/** Work on communities. They are groups of a kind of their own, so what concerns their members and settings is `groups.…`. */
export const communityWork = [
  z.object({ type: z.literal('communities.create'), name: z.string(), description: z.string().optional() }),
  z.object({
    type: z.literal('communities.link'),
    action: z.enum(['link', 'unlink']),
    parent: jid,
    children: z.array(jid).min(1),
  }),
  z.object({ type: z.literal('communities.linked'), jid }),
] as const
