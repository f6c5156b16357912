import type { Group } from '#domains/groups/model.ts'

/** A group of no members that is as WhatsApp makes one, but for what is said of it. */
export const aGroup = (jid: string, more: Partial<Group> = {}): Group => ({
  jid,
  name: 'Team',
  addressing: 'lid',
  isAnnounce: false,
  isLocked: false,
  ephemeralSeconds: 0,
  adminsAddOnly: false,
  approvalRequired: false,
  isCommunity: false,
  isAnnouncements: false,
  size: more.members?.length ?? 0,
  members: [],
  ...more,
})

/** The group of the samples below. */
export const GROUP_JID = '120363312246943103@g.us'

/** Her who made the group. */
export const ann = { phone: '5491155554444', lid: '11' }
/** Another member. */
export const bea = { phone: '5491155553333', lid: '12' }

/** A group with everything that is known of one. */
export const knownGroup: Group = {
  ...aGroup(GROUP_JID),

  name: 'Super Group',
  nameSetAt: 1_650_572_125,
  nameSetBy: ann,
  topic: { id: '3EB0AA', text: 'About', setAt: 1_650_572_126, setBy: bea },
  owner: ann,
  createdAt: 1_650_572_125,
  announceVersion: '1650572126123738',
  participantVersion: '1650234126145738',
  isLocked: true,
  ephemeralSeconds: 86_400,
  size: 3,
  members: [
    { ...ann, jid: '11@lid', isAdmin: true, isSuperAdmin: true },
    { ...bea, jid: '12@lid', isAdmin: false, isSuperAdmin: false },
    { lid: '13', jid: '13@lid', isAdmin: false, isSuperAdmin: false },
  ],
}

/** The same group as the DIGIGO API shows it. */
export const shownGroup = {
  AnnounceVersionID: '1650572126123738',
  DisappearingTimer: 86_400,
  GroupCreated: '2022-04-21T20:15:25.000Z',
  IsAnnounce: false,
  IsEphemeral: true,
  IsLocked: true,
  JID: GROUP_JID,
  Name: 'Super Group',
  NameSetAt: '2022-04-21T20:15:25.000Z',
  NameSetBy: '5491155554444@s.whatsapp.net',
  OwnerJID: '5491155554444@s.whatsapp.net',
  OwnerPN: '5491155554444@s.whatsapp.net',
  OwnerLID: '11@lid',
  ParticipantVersionID: '1650234126145738',
  Topic: 'About',
  TopicID: '3EB0AA',
  TopicSetAt: '2022-04-21T20:15:26.000Z',
  TopicSetBy: '5491155553333@s.whatsapp.net',
  ParticipantCount: 3,
  IsParent: false,
  LinkedParentJID: '',
  IsDefaultSubGroup: false,
  IsJoinApprovalRequired: false,
  MemberAddMode: 'all_member_add',
  AddressingMode: 'lid',
  Participants: [
    {
      JID: '5491155554444@s.whatsapp.net',
      PhoneNumber: '5491155554444@s.whatsapp.net',
      LID: '11@lid',
      IsAdmin: true,
      IsSuperAdmin: true,
    },
    {
      JID: '5491155553333@s.whatsapp.net',
      PhoneNumber: '5491155553333@s.whatsapp.net',
      LID: '12@lid',
      IsAdmin: false,
      IsSuperAdmin: false,
    },
    { JID: '13@lid', PhoneNumber: '', LID: '13@lid', IsAdmin: false, IsSuperAdmin: false },
  ],
}
