import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'
import type { MessageMedia } from './model.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const messageFacts = z.object({
  messageId: z.string().describe("WhatsApp's message id"),
  direction: z.enum(['in', 'out']),
  kind: z.string(),
  status: z.string().describe('State that the event announces'),
  statusAt: z.string().optional().describe('When the message got into that state, by WhatsApp, as far as known'),
  by: z
    .object({ jid: z.string(), phone: z.string().optional(), lid: z.string().optional() })
    .optional()
    .describe('Who got or read it; in a group the first member who did'),
  chat: z.string().describe('Chat JID'),
  phone: z.string().optional().describe('Phone number of the other side, digits'),
  lid: z.string().optional().describe('Hidden id (LID) of the other side'),
  participant: z.string().optional().describe('Group member who wrote, as JID'),
  senderName: z.string().optional(),
  isGroup: z.boolean(),
  text: z.string().optional().describe('Text or caption, cut at 1,024 characters'),
  textCut: z.boolean().optional(),
  media: z
    .object({
      state: z.string(),
      mimeType: z.string().optional(),
      fileName: z.string().optional(),
      sizeBytes: z.number().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      seconds: z.number().optional(),
      url: z.string().optional().describe('Path on the public host; needs the same credential as reading the message'),
      origin: z
        .object({
          url: z.string().optional(),
          directPath: z.string().optional(),
          mediaKey: z.string().optional(),
          fileSha256: z.string().optional(),
          fileEncSha256: z.string().optional(),
        })
        .optional()
        .describe('Where WhatsApp keeps the file, and what opens it; bytes in base64'),
    })
    .optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
  quotedId: z.string().optional(),
  post: z.enum(['status', 'channel']).optional().describe('Said to many at once: a status, or a post of a channel'),
  offline: z.boolean().optional().describe('It arrived while the device was offline'),
  source: z.string(),
  timestamp: z.string(),
  error: z.object({ code: z.string(), providerCode: z.number().optional(), message: z.string() }).optional(),
})

/** Characters of text an event carries; the whole text is read from the message. */
const TEXT_LIMIT = 1024

const project = (image: Image): z.input<typeof messageFacts> => {
  const body = text(image.text)
  const media = image.media as MessageMedia | undefined
  return {
    messageId: String(image.messageId),
    direction: image.direction as 'in',
    kind: String(image.kind),
    status: String(image.status),
    chat: String(image.chat),
    phone: text(image.phone),
    lid: text(image.lid),
    participant: text(image.participant),
    senderName: text(image.senderName),
    isGroup: image.isGroup === true,
    text: body?.slice(0, TEXT_LIMIT),
    textCut: body && body.length > TEXT_LIMIT ? true : undefined,
    media: media && {
      state: media.state,
      mimeType: media.mimeType,
      fileName: media.fileName,
      sizeBytes: media.sizeBytes,
      width: media.width,
      height: media.height,
      seconds: media.seconds,
      url: `/media/${String(image.conversationId)}/${String(image.messageId)}`,
      origin: media.origin,
    },
    payload: image.payload as Record<string, unknown> | undefined,
    quotedId: text(image.quotedId),
    post: image.post as 'status' | undefined,
    offline: image.offline === true ? true : undefined,
    source: String(image.source),
    timestamp: String(image.timestamp),
    error: image.error as z.input<typeof messageFacts>['error'],
  }
}

/**
 * `announces` is the state an event is about. One write may raise a message through several states (a read receipt says
 * that it was delivered too), so the image may be further than the event.
 */
const messageEvent = (type: string, summary: string, announces?: { status: string; time?: string }) =>
  defineEvent({
    type,
    version: 1,
    summary,
    data: messageFacts,
    project: (image, facts) => ({
      ...project(image),
      ...(announces && { status: announces.status, statusAt: text(image[announces.time ?? '']) }),
      by: facts.by as z.input<typeof messageFacts>['by'],
    }),
  })

export const messageReceived = messageEvent(
  'message.received',
  'A message arrived (also one written on the linked phone).',
)
export const messageAccepted = messageEvent('message.accepted', 'A message to be sent was accepted; its id is fixed.', {
  status: 'accepted',
  time: 'acceptedAt',
})
export const messageSent = messageEvent('message.sent', "WhatsApp's server acknowledged the message.", {
  status: 'sent',
  time: 'sentAt',
})
export const messageDelivered = messageEvent('message.delivered', 'The message reached a device of the recipient.', {
  status: 'delivered',
  time: 'deliveredAt',
})
export const messageRead = messageEvent('message.read', 'The recipient read the message.', {
  status: 'read',
  time: 'readAt',
})
export const messageFailed = messageEvent('message.failed', 'The message was not sent, or WhatsApp refused it.', {
  status: 'failed',
})
export const messageMediaReady = messageEvent('message.media_ready', 'The media of a message can be fetched.')
export const messageMediaFailed = messageEvent('message.media_failed', 'The media of a message could not be fetched.')
export const messageUndecryptable = messageEvent(
  'message.undecryptable',
  'A message arrived that could not be decrypted; it follows when the sender repeats it.',
)
