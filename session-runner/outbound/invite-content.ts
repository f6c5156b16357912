import type { proto } from '@whiskeysockets/baileys'
import type { MessageContent } from '#domains/commands/model.ts'

/** An invitation as WhatsApp's message. */
export const inviteMessage = (content: Extract<MessageContent, { kind: 'invite' }>): proto.IMessage => ({
  newsletterAdminInviteMessage: {
    newsletterJid: content.newsletterJid,
    newsletterName: content.newsletterName,
    caption: content.caption,
    inviteExpiration: content.expiresAt,
    jpegThumbnail: content.thumbnail === undefined ? undefined : Buffer.from(content.thumbnail, 'base64'),
  },
})
