import { z } from 'zod'

const jid = z.string()
const serverId = z.number().int()

/** Work on channels, which WhatsApp calls newsletters. */
export const newsletterWork = [
  z.object({ type: z.literal('newsletter.list') }),
  z.object({
    type: z.literal('newsletter.create'),
    name: z.string(),
    description: z.string().optional(),
    /** Object of the picture in the media bucket: a JPEG. */
    pictureKey: z.string().optional(),
  }),
  /** `invite` is the code of an invitation, in place of the JID. */
  z.object({ type: z.literal('newsletter.info'), jid: jid.optional(), invite: z.string().optional() }),
  z.object({ type: z.literal('newsletter.follow'), jid }),
  z.object({ type: z.literal('newsletter.unfollow'), jid }),
  z.object({ type: z.literal('newsletter.mute'), jid, mute: z.boolean() }),
  z.object({ type: z.literal('newsletter.posts'), jid, count: z.number().int(), before: serverId.optional() }),
  z.object({
    type: z.literal('newsletter.updates'),
    jid,
    count: z.number().int().optional(),
    /** Unix seconds. */
    since: z.number().int().optional(),
    after: serverId.optional(),
  }),
  z.object({ type: z.literal('newsletter.react'), jid, serverId, reaction: z.string() }),
  z.object({ type: z.literal('newsletter.view'), jid, serverIds: z.array(serverId) }),
  z.object({ type: z.literal('newsletter.live'), jid }),
  z.object({ type: z.literal('newsletter.accept-terms'), noticeId: z.string(), stage: z.string() }),
  z.object({ type: z.literal('newsletter.invite-admin'), jid, phone: z.string() }),
] as const
