import { z } from 'zod'
import { defineEvent } from '#kit/define-event.ts'

/** A thread with somebody new. */
export const conversationCreated = defineEvent({
  type: 'conversation.created',
  version: 1,
  summary: 'The first message with a contact or group on a device opened a conversation.',
  data: z.object({
    id: z.number().int(),
    chat: z.string(),
    contactId: z.number().int().optional(),
    isGroup: z.boolean(),
    name: z.string().optional(),
  }),
  project: (image) => ({
    id: Number(image.id),
    chat: String(image.chat),
    contactId: image.contactId as number | undefined,
    isGroup: image.isGroup === true,
    name: image.name as string | undefined,
  }),
})

/** Messages of a conversation were read by us. */
export const conversationRead = defineEvent({
  type: 'conversation.read',
  version: 1,
  summary: 'Messages of a conversation were marked as read: by the API, or on the phone.',
  data: z.object({
    id: z.number().int(),
    chat: z.string(),
    unreadCount: z.number().int(),
    source: z.enum(['api', 'phone']),
  }),
  project: (image, facts) => ({
    id: Number(image.id),
    chat: String(image.chat),
    unreadCount: Number(image.unreadCount),
    source: facts.source as 'api',
  }),
})

/** Two threads with one person became one. */
export const conversationMerged = defineEvent({
  type: 'conversation.merged',
  version: 1,
  summary: 'A phone number and a LID turned out to be one person: this conversation went up in the other one.',
  data: z.object({
    id: z.number().int().describe('The conversation that is no more; its messages are in the other one'),
    into: z.number().int().describe('The conversation that stays'),
    chat: z.string(),
    contactId: z.number().int().optional(),
  }),
  project: (image, facts) => ({
    id: Number(image.id),
    into: Number(facts.into),
    chat: String(image.chat),
    contactId: image.contactId as number | undefined,
  }),
})

const statuses = z.enum(['BOT_HANDLING', 'HUMAN_HANDLING', 'OPEN', 'WAITING_FOR_CUSTOMER', 'CLOSED'])

/** A conversation changed its status. */
export const conversationStatusChanged = defineEvent({
  type: 'conversation.status_changed',
  version: 1,
  summary: 'A conversation was opened, taken, set aside or closed: by a message, or by somebody.',
  data: z.object({
    id: z.number().int(),
    chat: z.string(),
    contactId: z.number().int().optional(),
    from: statuses,
    to: statuses,
    cause: z.enum(['inbound', 'outbound', 'status']).describe('A message of theirs, one of ours, or a request'),
    actor: z.object({
      kind: z.enum(['contact', 'phone', 'key', 'user']),
      id: z.number().int().optional().describe('The user'),
    }),
    episodeId: z.string().optional(),
    assigneeId: z.number().int().optional().describe('The user who handles it now'),
  }),
  project: (image, facts) => ({
    id: Number(image.id),
    chat: String(image.chat),
    contactId: image.contactId as number | undefined,
    from: facts.from as 'OPEN',
    to: facts.to as 'OPEN',
    cause: facts.cause as 'status',
    actor: facts.actor as { kind: 'key' },
    episodeId: facts.episodeId as string | undefined,
    assigneeId: facts.assigneeId as number | undefined,
  }),
})
