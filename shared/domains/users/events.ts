import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'

const user = z.object({
  id: z.number().int(),
  name: z.string(),
  email: z.string(),
  roleId: z.number().int(),
  inboxIds: z.array(z.number().int()),
  state: z.enum(['INVITED', 'ACTIVE', 'DEACTIVATED']),
  status: z.enum(['ONLINE', 'IDLE', 'OFFLINE']),
})

const userOf = (image: Image): z.input<typeof user> =>
  user.parse({ ...image, status: image.presence, inboxIds: image.inboxIds ?? [] })

/** A user can log in: made with a password, or brought back. */
export const userActivated = defineEvent({
  type: 'user.activated',
  version: 1,
  summary: 'A user was created, or a deleted one brought back, and can log in.',
  data: user,
  project: userOf,
})

/** Name, address, role or inboxes of a user changed. */
export const userUpdated = defineEvent({
  type: 'user.updated',
  version: 1,
  summary: 'Name, e-mail address, role or inboxes of a user changed.',
  data: user.extend({ changed: z.array(z.string()).describe('The fields that changed') }),
  project: (image, { changed }) => ({ ...userOf(image), changed: z.array(z.string()).parse(changed) }),
})

/** A user was deleted; his record stays, so that the same address finds him again. */
export const userDeactivated = defineEvent({
  type: 'user.deactivated',
  version: 1,
  summary: 'A user was deleted: his sessions ended, and he is in no inbox any more.',
  data: user,
  project: userOf,
})

/** A user is online, away or offline. */
export const userStatusChanged = defineEvent({
  type: 'user.status_changed',
  version: 1,
  summary: 'A user came online, went idle or went offline.',
  data: user.pick({ id: true, name: true, status: true }),
  project: userOf,
})

/** A password was changed by the user himself or reset by somebody who manages the team. */
export const passwordChanged = defineEvent({
  type: 'auth.password_changed',
  version: 1,
  summary: 'The password of a user was changed or reset, and his sessions ended.',
  data: z.object({ userId: z.number().int(), byUser: z.boolean().describe('The user changed it himself') }),
  project: (image, facts) => ({ userId: Number(image.id), byUser: facts.byUser === true }),
})

const role = z.object({
  id: z.number().int(),
  name: z.string(),
  system: z.boolean(),
  capabilities: z.array(z.string()),
})

/** A role was made. */
export const roleCreated = defineEvent({
  type: 'role.created',
  version: 1,
  summary: 'A role was created.',
  data: role,
  project: (image) => role.parse(image),
})

/** A role was renamed, or its capabilities changed. */
export const roleUpdated = defineEvent({
  type: 'role.updated',
  version: 1,
  summary: 'A role was renamed, or its capabilities changed.',
  data: role,
  project: (image) => role.parse(image),
})

/** A role was deleted. It leaves no item: its audit entry carries the event. */
export const roleDeleted = defineEvent({
  type: 'role.deleted',
  version: 1,
  summary: 'A role was deleted.',
  data: role.pick({ id: true, name: true }),
  project: (_image, { id, name }) => ({ id: Number(id), name: String(name) }),
})
