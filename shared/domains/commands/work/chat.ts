import { z } from 'zod'

/** The newest message of a chat as whoever archives or deletes it knows it. */
const lastMessage = z.object({
  /** Unix seconds. */
  timestamp: z.number().int(),
  messageId: z.string().optional(),
  fromMe: z.boolean().optional(),
  participant: z.string().optional(),
})

/** Work in chats that is no new message. `chat` is a JID without device part. */
export const chatWork = [
  z.object({
    type: z.literal('chat.mark-read'),
    chat: z.string(),
    sender: z.string().optional(),
    messageIds: z.array(z.string()),
  }),
  z.object({ type: z.literal('chat.presence'), chat: z.string(), state: z.enum(['composing', 'recording', 'paused']) }),
  z.object({ type: z.literal('chat.pin'), chat: z.string(), pinned: z.boolean() }),
  z.object({
    type: z.literal('chat.archive'),
    chat: z.string(),
    archived: z.boolean(),
    last: lastMessage.optional(),
  }),
  /** `mutedUntil` in Unix seconds; 0 ends a mute, -1 has no end. */
  z.object({ type: z.literal('chat.mute'), chat: z.string(), mutedUntil: z.number().int() }),
  z.object({
    type: z.literal('chat.star'),
    chat: z.string(),
    conversationId: z.number().int(),
    messageId: z.string(),
    fromMe: z.boolean(),
    participant: z.string().optional(),
    starred: z.boolean(),
  }),
  z.object({ type: z.literal('chat.delete'), chat: z.string(), last: lastMessage.optional() }),
  /** Fetches a file of WhatsApp's media hosts and puts it decrypted into the media bucket, under `key`. Bytes are base64. */
  z.object({
    type: z.literal('chat.download'),
    media: z.enum(['image', 'video', 'audio', 'document', 'sticker']),
    url: z.string(),
    directPath: z.string().optional(),
    mediaKey: z.string(),
    mimeType: z.string(),
    fileSha256: z.string(),
    fileEncSha256: z.string().optional(),
    sizeBytes: z.number().int(),
    key: z.string(),
  }),
] as const
