import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const source = z.enum(['api', 'phone']).describe('Who made the change: a caller of the API, or the person on the phone')

/** A pin, an archive, a mute, a label, a deletion. */
export const chatChanged = defineEvent({
  type: 'chat.changed',
  version: 1,
  summary: 'The chat list of the account changed: by the API, or on the phone.',
  data: z.object({
    chat: z.string().describe('Chat JID'),
    change: z.enum(['pin', 'archive', 'mute', 'unread', 'label', 'delete']),
    pinned: z.boolean(),
    archived: z.boolean(),
    mutedUntil: z.number().int().describe('Unix seconds; 0 is not muted, -1 muted without end'),
    markedUnread: z.boolean(),
    deleted: z.boolean(),
    labels: z.array(z.string()),
    labelId: z.string().optional().describe('The label that was applied or removed'),
    source,
  }),
  project: (image, facts) => ({
    chat: String(image.jid),
    change: facts.change as 'pin',
    pinned: image.pinned === true,
    archived: image.archived === true,
    mutedUntil: Number(image.mutedUntil ?? 0),
    markedUnread: image.markedUnread === true,
    deleted: image.deletedAt !== undefined,
    labels: (image.labels as string[] | undefined) ?? [],
    labelId: text(facts.labelId),
    source: facts.source as 'api',
  }),
})

/** A label was made, changed or deleted. */
export const labelChanged = defineEvent({
  type: 'label.changed',
  version: 1,
  summary: 'A label of the account was made, changed or deleted.',
  data: z.object({ labelId: z.string(), name: z.string(), color: z.number().int(), deleted: z.boolean(), source }),
  project: (image, facts) => ({
    labelId: String(image.labelId),
    name: String(image.name),
    color: Number(image.color),
    deleted: image.deleted === true,
    source: facts.source as 'api',
  }),
})

const markFacts = z.object({
  messageId: z.string(),
  chat: z.string().describe('Chat JID'),
  direction: z.enum(['in', 'out']),
  starred: z.boolean(),
  labels: z.array(z.string()),
  labelId: z.string().optional().describe('The label that was applied or removed'),
  source,
})

const projectMark = (image: Image, facts: Record<string, unknown>): z.input<typeof markFacts> => ({
  messageId: String(image.messageId),
  chat: String(image.chat),
  direction: image.direction as 'in',
  starred: image.starred === true,
  labels: (image.labels as string[] | undefined) ?? [],
  labelId: text(facts.labelId),
  source: facts.source as 'api',
})

/** A message got its star, or lost it. */
export const messageStarred = defineEvent({
  type: 'message.starred',
  version: 1,
  summary: 'A message was starred, or its star taken away.',
  data: markFacts,
  project: projectMark,
})

/** A label was put on a message, or taken off. */
export const messageLabelled = defineEvent({
  type: 'message.labelled',
  version: 1,
  summary: 'A label was put on a message, or taken off.',
  data: markFacts,
  project: projectMark,
})
