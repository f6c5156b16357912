import { z } from 'zod'

const jid = z.string().regex(/^\d+(-\d+)?@g\.us$/)
const participants = z.array(z.string()).max(1024)

const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('name'), name: z.string() }),
  z.object({ kind: z.literal('topic'), text: z.string() }),
  z.object({ kind: z.literal('announce'), on: z.boolean() }),
  z.object({ kind: z.literal('locked'), on: z.boolean() }),
  z.object({ kind: z.literal('ephemeral'), seconds: z.number().int() }),
])

/** Work on groups. Participants are named by JID. */
export const groupWork = [
  z.object({ type: z.literal('groups.list'), withMembers: z.boolean().optional() }),
  z.object({ type: z.literal('groups.info'), jid }),
  z.object({ type: z.literal('groups.create'), name: z.string(), participants }),
  z.object({ type: z.literal('groups.change'), jid, change }),
  // `key` is the picture's object in the media bucket; without one the present picture goes.
  z.object({ type: z.literal('groups.photo'), jid, key: z.string().optional() }),
  z.object({ type: z.literal('groups.leave'), jid }),
  z.object({ type: z.literal('groups.invite'), jid, reset: z.boolean() }),
  z.object({ type: z.literal('groups.join'), code: z.string() }),
  z.object({ type: z.literal('groups.invite-info'), code: z.string() }),
  z.object({
    type: z.literal('groups.members'),
    jid,
    action: z.enum(['add', 'remove', 'promote', 'demote']),
    participants,
  }),
  z.object({ type: z.literal('groups.requests'), jid }),
  z.object({ type: z.literal('groups.decide-requests'), jid, action: z.enum(['approve', 'reject']), participants }),
] as const
