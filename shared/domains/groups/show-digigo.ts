import { z } from 'zod'
import { isoTime } from '#kit/clock.ts'
import { type Group, jidOf, type Member, type Person, type RefusedMember } from './model.ts'

/** How the document shows a time that is not known. */
const NO_TIME = '0001-01-01T00:00:00Z'

const participant = z.object({
  IsAdmin: z.boolean(),
  IsSuperAdmin: z.boolean(),
  JID: z.string().describe('By phone number where WhatsApp tells it, else by LID'),
  PhoneNumber: z.string(),
  LID: z.string(),
})

/** Somebody whom WhatsApp did not let in. */
export const shownRefusal = z.object({
  JID: z.string(),
  PhoneNumber: z.string(),
  LID: z.string(),
  Error: z.number().int().describe("WhatsApp's code"),
  Reason: z.string(),
  AddRequest: z.object({ Code: z.string(), Expiration: z.string() }).optional(),
})

/** A group as the DIGIGO document shows it, with what WhatsApp tells beyond it. */
export const shownGroup = z.object({
  AnnounceVersionID: z.string(),
  DisappearingTimer: z.number().int(),
  GroupCreated: z.string(),
  IsAnnounce: z.boolean(),
  IsEphemeral: z.boolean(),
  IsLocked: z.boolean(),
  JID: z.string(),
  Name: z.string(),
  NameSetAt: z.string(),
  NameSetBy: z.string(),
  OwnerJID: z.string(),
  OwnerPN: z.string(),
  OwnerLID: z.string(),
  ParticipantVersionID: z.string(),
  Participants: z.array(participant).optional(),
  ParticipantCount: z.number().int(),
  Topic: z.string(),
  TopicID: z.string(),
  TopicSetAt: z.string(),
  TopicSetBy: z.string(),
  IsParent: z.boolean().describe('It is a community'),
  LinkedParentJID: z.string().describe('The community it is linked to'),
  IsDefaultSubGroup: z.boolean().describe('It is the announcement group of its community'),
  IsJoinApprovalRequired: z.boolean(),
  MemberAddMode: z.enum(['admin_add', 'all_member_add']),
  AddressingMode: z.enum(['pn', 'lid']),
})

const timeOf = (seconds: number | undefined): string => (seconds ? isoTime(seconds * 1000) : NO_TIME)
const nameOf = (who: Person | undefined): string => (who && jidOf(who)) ?? ''

/** Both addresses of a person as JIDs; empty what is not known. */
export const addressesOf = ({ phone, lid }: Person): { PhoneNumber: string; LID: string } => ({
  PhoneNumber: phone ? `${phone}@s.whatsapp.net` : '',
  LID: lid ? `${lid}@lid` : '',
})

const showMember = (who: Member): z.input<typeof participant> => ({
  IsAdmin: who.isAdmin,
  IsSuperAdmin: who.isSuperAdmin,
  JID: jidOf(who) ?? who.jid,
  ...addressesOf(who),
})

/** Shows a group; what WhatsApp did not tell is empty. */
export const showGroup = (group: Group, withMembers = true): z.input<typeof shownGroup> => ({
  AnnounceVersionID: group.announceVersion ?? '',
  DisappearingTimer: group.ephemeralSeconds,
  GroupCreated: timeOf(group.createdAt),
  IsAnnounce: group.isAnnounce,
  IsEphemeral: group.ephemeralSeconds > 0,
  IsLocked: group.isLocked,
  JID: group.jid,
  Name: group.name,
  NameSetAt: timeOf(group.nameSetAt),
  NameSetBy: nameOf(group.nameSetBy),
  OwnerJID: nameOf(group.owner),
  OwnerPN: addressesOf(group.owner ?? {}).PhoneNumber,
  OwnerLID: addressesOf(group.owner ?? {}).LID,
  ParticipantVersionID: group.participantVersion ?? '',
  ...(withMembers && { Participants: group.members.map(showMember) }),
  ParticipantCount: group.size,
  Topic: group.topic?.text ?? '',
  TopicID: group.topic?.id ?? '',
  TopicSetAt: timeOf(group.topic?.setAt),
  TopicSetBy: nameOf(group.topic?.setBy),
  IsParent: group.isCommunity,
  LinkedParentJID: group.parent ?? '',
  IsDefaultSubGroup: group.isAnnouncements,
  IsJoinApprovalRequired: group.approvalRequired,
  MemberAddMode: group.adminsAddOnly ? 'admin_add' : 'all_member_add',
  AddressingMode: group.addressing,
})

/** What WhatsApp's codes about one participant mean (public lists of several client libraries agree on them). */
const REASONS: Record<number, string> = {
  400: 'WhatsApp does not accept the name of the participant.',
  401: 'The participant has blocked this number.',
  403: 'The participant does not allow this: they can be invited instead, or they made the group.',
  404: 'The participant is not on WhatsApp, or not in the group.',
  408: 'The participant left the group a short time ago: they can be invited instead.',
  409: 'The participant is in the group already.',
  417: 'The participant cannot be added to the community: they can be invited instead.',
  419: 'The group is full.',
}

/** Why somebody was refused, in words. */
export const reasonOf = (code: number): string => REASONS[code] ?? `WhatsApp refused it with ${code}.`

/** Shows somebody whom WhatsApp did not let in. */
export const showRefusal = (who: RefusedMember): z.input<typeof shownRefusal> => ({
  JID: jidOf(who) ?? who.jid,
  ...addressesOf(who),
  Error: who.error,
  Reason: reasonOf(who.error),
  AddRequest: who.invite && { Code: who.invite.code, Expiration: timeOf(who.invite.expiresAt) },
})
