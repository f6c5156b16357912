import { z } from 'zod'

/** A person as groups name them: digits of the phone number, user part of the LID; what WhatsApp does not tell is absent. */
export const person = z.object({ phone: z.string().optional(), lid: z.string().optional() })

/** A member of a group. */
const member = person.extend({
  /** Name by which WhatsApp calls the member inside the group: the number's JID, or the LID's where numbers are hidden. */
  jid: z.string(),
  isAdmin: z.boolean(),
  isSuperAdmin: z.boolean(),
})

/** Somebody who could not be added or changed. `error` is WhatsApp's code; `invite` opens an invitation by message instead. */
export const refusedMember = person.extend({
  jid: z.string(),
  error: z.number().int(),
  invite: z.object({ code: z.string(), expiresAt: z.number() }).optional(),
})

/** A group, or a community, as WhatsApp describes it. Times in Unix seconds. */
export const group = z.object({
  jid: z.string(),
  name: z.string(),
  nameSetAt: z.number().optional(),
  nameSetBy: person.optional(),
  topic: z
    .object({ id: z.string(), text: z.string(), setAt: z.number().optional(), setBy: person.optional() })
    .optional(),
  owner: person.optional(),
  createdAt: z.number().optional(),
  /** Change with every change of who may write, and of the members. */
  announceVersion: z.string().optional(),
  participantVersion: z.string().optional(),
  addressing: z.enum(['pn', 'lid']),
  isAnnounce: z.boolean(),
  isLocked: z.boolean(),
  ephemeralSeconds: z.number(),
  adminsAddOnly: z.boolean(),
  approvalRequired: z.boolean(),
  isCommunity: z.boolean(),
  /** It is the announcement group of its community. */
  isAnnouncements: z.boolean(),
  /** JID of the community it is linked to. */
  parent: z.string().optional(),
  size: z.number().int(),
  members: z.array(member),
})

/** A group that is linked to a community, as the community lists it. */
export const linkedGroup = z.object({ jid: z.string(), name: z.string(), isAnnouncements: z.boolean() })

/** Somebody who asked to join. `askedAt` in Unix seconds. */
export const joinRequest = person.extend({ jid: z.string(), askedAt: z.number() })

/** A person as groups name them. */
export type Person = z.infer<typeof person>

/** A member of a group. */
export type Member = z.infer<typeof member>

/** Somebody who could not be added or changed. */
export type RefusedMember = z.infer<typeof refusedMember>

/** A group as WhatsApp describes it. */
export type Group = z.infer<typeof group>

/** A group of a community. */
export type LinkedGroup = z.infer<typeof linkedGroup>

/** Somebody who asked to join. */
export type JoinRequest = z.infer<typeof joinRequest>

/** What can be done to members. */
export const MEMBER_ACTIONS = ['add', 'remove', 'promote', 'demote'] as const

/** What can be done to members. */
export type MemberAction = (typeof MEMBER_ACTIONS)[number]

/** Characters of a group's name and of its description at most, as WhatsApp's own apps allow. */
export const NAME_LIMIT = 100
export const TOPIC_LIMIT = 2048

/** The JID of a person: by phone number where it is known, else by LID; undefined when neither is. */
export const jidOf = ({ phone, lid }: Person): string | undefined =>
  phone ? `${phone}@s.whatsapp.net` : lid ? `${lid}@lid` : undefined
