import type { Group, Person } from './model.ts'

/** What one notification about a group announces. Times in Unix seconds. */
export type GroupChange =
  | { kind: 'join'; group: Group; reason?: string; isNew: boolean; key?: string }
  | {
      kind: 'add' | 'remove' | 'promote' | 'demote'
      members: Person[]
      reason?: string
      version?: string
      previousVersion?: string
    }
  | { kind: 'name'; name: string; setAt?: number }
  | { kind: 'topic'; text: string; id: string }
  | { kind: 'announce'; on: boolean; version?: string }
  | { kind: 'locked' | 'approval' | 'adminsAddOnly'; on: boolean }
  | { kind: 'ephemeral'; seconds: number }
  | { kind: 'invite'; code: string }
  | { kind: 'link' | 'unlink'; relation: string; reason?: string; linked: { jid: string; name: string } }
  | { kind: 'delete'; reason?: string }
  | { kind: 'request' | 'requestEnded'; members: Person[]; method?: string }
  | { kind: 'number'; members: Person[] }
  /** Something that this version does not know: it is stored by the name that WhatsApp gives it. */
  | { kind: 'other'; tag: string }

/** A change with who made it and when. `id` is WhatsApp's, the same at every delivery. */
export type GroupNews = {
  id: string
  jid: string
  by?: Person & { jid: string; name?: string }
  atMs: number
  offline: boolean
  change: GroupChange
}

const same = (left: Person, right: Person): boolean =>
  (left.lid !== undefined && left.lid === right.lid) || (left.phone !== undefined && left.phone === right.phone)

const jidIn = (group: Group, who: Person): string =>
  group.addressing === 'lid' && who.lid
    ? `${who.lid}@lid`
    : who.phone
      ? `${who.phone}@s.whatsapp.net`
      : `${who.lid}@lid`

const withMembers = (
  group: Group,
  change: Extract<GroupChange, { kind: 'add' | 'remove' | 'promote' | 'demote' }>,
): Group => {
  const concerns = (who: Person): boolean => change.members.some((named) => same(named, who))
  const participantVersion = change.version ?? group.participantVersion
  const kept = group.members.filter((known) => change.kind !== 'remove' || !concerns(known))
  const isAdmin = change.kind === 'promote'
  const members =
    change.kind === 'add'
      ? [
          ...kept.filter((known) => !concerns(known)),
          ...change.members.map((who) => ({ ...who, jid: jidIn(group, who), isAdmin: false, isSuperAdmin: false })),
        ]
      : kept.map((known) =>
          change.kind === 'remove' || known.isSuperAdmin || !concerns(known) ? known : { ...known, isAdmin },
        )
  return { ...group, participantVersion, members, size: members.length }
}

/**
 * A group as it is after a change; undefined when the change does not say all of what it changed, so that WhatsApp has to be
 * asked again.
 */
export const applyChange = (
  group: Group,
  { change, by, atMs }: Pick<GroupNews, 'change' | 'by' | 'atMs'>,
): Group | undefined => {
  switch (change.kind) {
    case 'join':
      return change.group
    case 'add':
    case 'remove':
    case 'promote':
    case 'demote':
      return withMembers(group, change)
    case 'name':
      return { ...group, name: change.name, nameSetAt: change.setAt, nameSetBy: by && { phone: by.phone, lid: by.lid } }
    case 'topic': {
      const setBy = by && { phone: by.phone, lid: by.lid }
      const topic = { id: change.id, text: change.text, setAt: Math.floor(atMs / 1000), setBy }
      return { ...group, topic: change.text === '' ? undefined : topic }
    }
    case 'announce':
      return { ...group, isAnnounce: change.on, announceVersion: change.version ?? group.announceVersion }
    case 'locked':
      return { ...group, isLocked: change.on }
    case 'approval':
      return { ...group, approvalRequired: change.on }
    case 'adminsAddOnly':
      return { ...group, adminsAddOnly: change.on }
    case 'ephemeral':
      return { ...group, ephemeralSeconds: change.seconds }
    case 'invite':
    case 'request':
    case 'requestEnded':
      return group
    case 'link':
    case 'unlink': {
      if (change.relation !== 'parent_group') return group
      return { ...group, parent: change.kind === 'link' ? change.linked.jid : undefined }
    }
    case 'delete':
    case 'number':
    case 'other':
      return undefined
  }
}
