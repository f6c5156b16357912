import { z } from 'zod'

/** A channel as WhatsApp describes it to an account. */
export const newsletter = z.object({
  jid: z.string(),
  name: z.string(),
  description: z.string(),
  subscribers: z.number().int(),
  /** Code of the invitation link; empty when there is none. */
  invite: z.string(),
  /** `active`, `suspended` or `geosuspended`. */
  state: z.string(),
  verification: z.string(),
  /** Unix seconds. */
  createdAt: z.number().int(),
  nameId: z.string(),
  descriptionId: z.string(),
  /** What the account is there; absent when WhatsApp was asked without saying for whom. */
  role: z.string().optional(),
  muted: z.boolean().optional(),
})

/** A parsed channel. */
export type Newsletter = z.infer<typeof newsletter>

/** A post of a channel, or with `text` and `media` absent its counts alone. */
export const post = z.object({
  id: z.string(),
  serverId: z.number().int(),
  kind: z.string(),
  /** Unix seconds. */
  at: z.number().int(),
  text: z.string().optional(),
  views: z.number().int(),
  reactions: z.record(z.string(), z.number().int()),
  media: z
    .object({
      mimeType: z.string().optional(),
      url: z.string().optional(),
      directPath: z.string().optional(),
      sizeBytes: z.number().optional(),
      seconds: z.number().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      fileName: z.string().optional(),
    })
    .optional(),
})

/** A parsed post. */
export type Post = z.infer<typeof post>

/** Characters of a channel's name; what is longer is cut, as the document says. */
export const NAME_LIMIT = 25

const JID = /^\d{5,30}@newsletter$/

/** Whether a text is the JID of a channel. */
export const isNewsletterJid = (text: string): boolean => JID.test(text)

const INVITE = /^(?:https?:\/\/(?:www\.)?whatsapp\.com\/channel\/)?([A-Za-z0-9_-]{8,64})$/

/** The code in an invitation, given as code or as link; undefined when it is neither. */
export const inviteCodeOf = (text: string): string | undefined => INVITE.exec(text.trim())?.[1]
