import { z } from 'zod'

/** Invitations. */
export const inviteContent = [
  /** To administer a channel; `expiresAt` is the Unix second when WhatsApp lets it end. */
  z.object({
    kind: z.literal('invite'),
    newsletterJid: z.string(),
    newsletterName: z.string(),
    caption: z.string(),
    expiresAt: z.number().int(),
    /** JPEG preview, base64, a few kilobytes at most. */
    thumbnail: z.string().optional(),
  }),
] as const
