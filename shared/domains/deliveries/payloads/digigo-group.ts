import { group as groupSchema, jidOf, type Person } from '#domains/groups/model.ts'
import { addressesOf, showGroup } from '#domains/groups/show-digigo.ts'
import type { EventRecord } from '#kit/define-event.ts'

type Facts = Record<string, unknown>

const NOBODY: Person = {}

/** A person's JID as whatsmeow's events have it: the LID, by which groups know their members, where it is known. */
const groupName = ({ phone, lid }: Person): string => jidOf(lid ? { lid } : { phone }) ?? ''

const namesOf = (data: Facts): string[] => ((data.members as Person[] | undefined) ?? []).map(groupName)

/** The field of whatsmeow's `GroupInfo` event that a change is. */
const FIELDS: Record<string, (data: Facts, at: string) => Facts> = {
  add: (data) => ({ Join: namesOf(data), JoinReason: data.reason ?? '' }),
  remove: (data) => ({ Leave: namesOf(data) }),
  promote: (data) => ({ Promote: namesOf(data) }),
  demote: (data) => ({ Demote: namesOf(data) }),
  name: (data, at) => {
    const by = (data.by as Person | undefined) ?? NOBODY
    return {
      Name: { Name: data.name, NameSetAt: at, NameSetBy: groupName(by), NameSetByPN: addressesOf(by).PhoneNumber },
    }
  },
  topic: (data, at) => {
    const by = (data.by as Person | undefined) ?? NOBODY
    const set = { TopicSetAt: at, TopicSetBy: groupName(by), TopicSetByPN: addressesOf(by).PhoneNumber }
    return { Topic: { Topic: data.text, TopicID: data.id, ...set, TopicDeleted: data.text === '' } }
  },
  announce: (data) => ({ Announce: { IsAnnounce: data.on, AnnounceVersionID: data.version ?? '' } }),
  locked: (data) => ({ Locked: { IsLocked: data.on } }),
  approval: (data) => ({ MembershipApprovalMode: { IsJoinApprovalRequired: data.on } }),
  adminsAddOnly: (data) => ({ MemberAddMode: data.on ? 'admin_add' : 'all_member_add' }),
  ephemeral: (data) => ({ Ephemeral: { IsEphemeral: Number(data.seconds) > 0, DisappearingTimer: data.seconds } }),
  invite: (data) => ({ NewInviteLink: `https://chat.whatsapp.com/${String(data.code)}` }),
  link: (data) => ({ Link: linkOf(data) }),
  unlink: (data) => ({ Unlink: { ...linkOf(data), UnlinkReason: data.reason ?? '' } }),
  delete: (data) => ({ Delete: { Deleted: true, DeleteReason: data.reason ?? '' } }),
  request: (data) => ({ MembershipRequestsCreated: namesOf(data), RequestMethod: data.method ?? '' }),
  requestEnded: (data) => ({ MembershipRequestsRevoked: namesOf(data) }),
  number: (data) => ({ UnknownChanges: [{ Tag: 'modify', Participants: namesOf(data) }] }),
  other: (data) => ({ UnknownChanges: [{ Tag: data.tag }] }),
}

const linkOf = (data: Facts): Facts => {
  const linked = data.linked as { jid: string; name: string } | undefined
  return { Type: data.relation, Group: { JID: linked?.jid ?? '', Name: linked?.name ?? '' } }
}

const versionsOf = (data: Facts): Facts => ({
  PrevParticipantVersionID: data.previousVersion ?? '',
  ParticipantVersionID: data.version ?? '',
})

const headOf = (data: Facts): Facts => {
  const by = (data.by as Person | undefined) ?? NOBODY
  return {
    JID: data.group,
    Notify: data.byName ?? '',
    Sender: groupName(by),
    SenderPN: addressesOf(by).PhoneNumber,
    Timestamp: data.at,
  }
}

/**
 * `event` of a `GroupInfo` or `JoinedGroup` webhook: the fields of whatsmeow's events of these names, and beside them the
 * people a change is about with both addresses. Undefined for other events.
 */
export const groupEntry = ({ type, data }: EventRecord): Facts | undefined => {
  if (type === 'group.joined') {
    const { JID: _same, ...head } = headOf(data)
    const why = { Reason: data.reason ?? '', Type: data.isNew ? 'new' : '', CreateKey: data.key ?? '' }
    return { ...why, ...head, ...showGroup(groupSchema.parse(data.info)) }
  }
  if (type !== 'group.changed') return undefined
  const people = (data.members as Person[] | undefined)?.map(addressesOf)
  return {
    ...headOf(data),
    ...FIELDS[String(data.change)]?.(data, String(data.at)),
    ...(people && { Participants: people, ...versionsOf(data) }),
  }
}
