import { z } from 'zod'
import { defineEvent } from '#kit/define-event.ts'

const id = z.number().int()

const inbox = z.object({ id, name: z.string(), description: z.string(), color: z.string() })

const membership = z.object({ inboxId: id, userId: id })

/** An inbox was made. */
export const inboxCreated = defineEvent({
  type: 'inbox.created',
  version: 1,
  summary: 'An inbox was created.',
  data: inbox,
  project: (image) => inbox.parse(image),
})

/** Name, description or colour of an inbox changed. */
export const inboxUpdated = defineEvent({
  type: 'inbox.updated',
  version: 1,
  summary: 'Name, description or colour of an inbox changed.',
  data: inbox,
  project: (image) => inbox.parse(image),
})

/** An inbox was deleted. */
export const inboxDeleted = defineEvent({
  type: 'inbox.deleted',
  version: 1,
  summary: 'An inbox was deleted: its devices are in none any more, and its members see them as everybody does.',
  data: inbox.pick({ id: true, name: true }),
  project: (image) => inbox.parse(image),
})

/** A user was put into an inbox. */
export const memberAdded = defineEvent({
  type: 'inbox.member_added',
  version: 1,
  summary: 'A user was put into an inbox and sees its devices and conversations.',
  data: membership,
  project: (image, { userId }) => ({ inboxId: Number(image.id), userId: Number(userId) }),
})

/** A user was taken out of an inbox. */
export const memberRemoved = defineEvent({
  type: 'inbox.member_removed',
  version: 1,
  summary: 'A user was taken out of an inbox.',
  data: membership,
  project: (image, { userId }) => ({ inboxId: Number(image.id), userId: Number(userId) }),
})

/** A device was put into an inbox, or is in none any more. Raised on the device. */
export const deviceAssigned = defineEvent({
  type: 'inbox.device_assigned',
  version: 1,
  summary: 'A device was put into an inbox, or is in none any more because its inbox was deleted.',
  data: z.object({
    inboxId: id.nullable().describe('The inbox it is in now'),
    previousInboxId: id.nullable().describe('The one it was in before'),
    device: id.describe('Per-tenant number of the device'),
  }),
  project: (image, { previous }) => ({
    inboxId: image.inboxId === undefined ? null : Number(image.inboxId),
    previousInboxId: previous === undefined ? null : Number(previous),
    device: Number(image.number),
  }),
})
