import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'
import { group, person } from './model.ts'

const about = {
  group: z.string().describe('Group JID'),
  by: person.optional().describe('Who did it'),
  byName: z.string().optional(),
  at: z.string().describe("WhatsApp's time of the change"),
}

type Stored = Record<string, unknown>

const aboutOf = (image: Image): { group: string; by?: z.input<typeof person>; byName?: string; at: string } => {
  const { phone, lid } = image as { phone?: string; lid?: string }
  return {
    group: String(image.chat),
    by: phone || lid ? { phone, lid } : undefined,
    byName: image.senderName as string | undefined,
    at: String(image.timestamp),
  }
}

const changeOf = (image: Image): Stored => (image.payload as { change: Stored }).change

/** A change in a group or community that the device is in. Which fields there are depends on `change`. */
export const groupChanged = defineEvent({
  type: 'group.changed',
  version: 1,
  summary: 'A group or community of the device changed: members, name, topic, settings, links or wishes to join.',
  data: z.object({
    ...about,
    change: z.enum([
      'add',
      'remove',
      'promote',
      'demote',
      'name',
      'topic',
      'announce',
      'locked',
      'approval',
      'adminsAddOnly',
      'ephemeral',
      'invite',
      'link',
      'unlink',
      'delete',
      'request',
      'requestEnded',
      'number',
      'other',
    ]),
    members: z.array(person).optional().describe('Whom it concerns'),
    reason: z.string().optional(),
    method: z.string().optional().describe('How somebody asked to join'),
    version: z.string().optional(),
    previousVersion: z.string().optional(),
    name: z.string().optional(),
    text: z.string().optional().describe('The new topic; empty when it was taken away'),
    id: z.string().optional().describe('Id of the topic'),
    on: z.boolean().optional(),
    seconds: z.number().int().optional().describe('Messages disappear after this; 0 is never'),
    code: z.string().optional().describe('The new invitation code'),
    relation: z.string().optional().describe('What the linked group is to this one'),
    linked: z.object({ jid: z.string(), name: z.string() }).optional(),
    tag: z.string().optional().describe("WhatsApp's name of a change that has none here"),
  }),
  project: (image) => {
    const { kind, setAt: _setAt, ...facts } = changeOf(image)
    return { ...aboutOf(image), change: kind as 'add', ...facts }
  },
})

/** The device is in a group that it was not in before. */
export const groupJoined = defineEvent({
  type: 'group.joined',
  version: 1,
  summary: 'The device is in a new group: it was made, the device was added, or it joined.',
  data: z.object({
    ...about,
    reason: z.string().optional().describe('"invite" when it came by an invitation'),
    isNew: z.boolean().describe('The group was just made'),
    key: z.string().optional().describe('Key that the maker gave the group'),
    info: group,
  }),
  project: (image) => {
    const { reason, isNew, key, group: info } = changeOf(image)
    return {
      ...aboutOf(image),
      reason: reason as string | undefined,
      isNew: isNew === true,
      key: key as string | undefined,
      info: info as z.input<typeof group>,
    }
  },
})
