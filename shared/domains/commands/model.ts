import { z } from 'zod'
import { actionContent } from './content/action.ts'
import { inviteContent } from './content/invite.ts'
import { mediaContent } from './content/media.ts'
import { orderContent } from './content/order.ts'
import { structuredContent } from './content/structured.ts'
import { textContent } from './content/text.ts'
import { accountWork } from './work/account.ts'
import { businessWork } from './work/business.ts'
import { callWork } from './work/call.ts'
import { chatWork } from './work/chat.ts'
import { communityWork } from './work/community.ts'
import { contactWork } from './work/contact.ts'
import { deviceWork } from './work/device.ts'
import { groupWork } from './work/group.ts'
import { labelWork } from './work/label.ts'
import { newsletterWork } from './work/newsletter.ts'
import { privacyWork } from './work/privacy.ts'
import { syncWork } from './work/sync.ts'
import { userWork } from './work/user.ts'

/** Where a message goes: a phone number, LID or group as JID without device part. */
const chatJid = z.string().regex(/^[\w.-]+@(s\.whatsapp\.net|lid|g\.us|newsletter|broadcast)$/)

/** What is said, without how WhatsApp encodes it. A new kind is one member in its family's list (`content/<family>.ts`). */
const messageContent = z.discriminatedUnion('kind', [
  ...textContent,
  ...mediaContent,
  ...structuredContent,
  ...inviteContent,
  ...orderContent,
  ...actionContent,
])

/** Reply, forward and mention facts of an outbound message. */
const messageContext = z.object({
  quotedId: z.string().optional(),
  quotedParticipant: z.string().optional(),
  quotedText: z.string().optional(),
  forwarded: z.boolean().optional(),
  mentions: z.array(z.string()).optional(),
  mentionAll: z.boolean().optional(),
  /** Seconds after which the message disappears. */
  expirationSeconds: z.number().int().optional(),
  linkPreview: z.boolean().optional(),
  /** Milliseconds of typing shown before the message. */
  typingMs: z.number().int().optional(),
  /** The caller wants this message announced to its own webhook, whatever the device's settings say. */
  echo: z.boolean().optional(),
})

const send = z.object({
  type: z.literal('message.send'),
  conversationId: z.number().int(),
  messageId: z.string(),
  to: chatJid,
  content: messageContent,
  context: messageContext.default({}),
  source: z.string(),
  /** The user who sends it. */
  userId: z.number().int().optional(),
  acceptedAt: z.string(),
})

/**
 * Everything a live connection can be asked to do. A new kind is one member in its domain's list (`work/<domain>.ts`) and one
 * handler beside that domain's others in `session-runner/commands/<domain>/`.
 */
const work = z.discriminatedUnion('type', [
  send,
  ...deviceWork,
  ...chatWork,
  ...userWork,
  ...accountWork,
  ...contactWork,
  ...privacyWork,
  ...businessWork,
  ...groupWork,
  ...communityWork,
  ...labelWork,
  ...callWork,
  ...newsletterWork,
  ...syncWork,
])

/**
 * A command on its way to the task that owns the device. It travels through the device's shard queue (FIFO): sends in the
 * device's group, so they stay in order; everything else in a second group, so a slow send never blocks a lookup.
 */
export const command = z.object({
  id: z.string(),
  tenantId: z.string(),
  deviceId: z.string(),
  /** After this the caller has gone: queries are dropped, sends end as failed. RFC 3339. */
  deadlineAt: z.string(),
  work,
})

/** A parsed command. */
export type Command = z.infer<typeof command>

/** The work of a command, by type. */
export type Work = Command['work']

/** The work of one type. */
export type WorkOf<Type extends Work['type']> = Extract<Work, { type: Type }>

/** What `message.send` says. */
export type MessageContent = z.infer<typeof messageContent>

/** Reply, forward and mention facts. */
export type MessageContext = z.infer<typeof messageContext>

/** Result of a command that answers: written by the runner, read by the waiting caller. */
export type Reply = { ok: true; result: unknown } | { ok: false; code: string; message: string }
