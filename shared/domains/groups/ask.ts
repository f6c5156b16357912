import { z } from 'zod'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { WorkOf } from '../commands/model.ts'
import type { Device } from '../devices/model.ts'
import {
  type Group,
  group,
  type JoinRequest,
  joinRequest,
  type LinkedGroup,
  linkedGroup,
  type MemberAction,
  person,
  type RefusedMember,
  refusedMember,
} from './model.ts'

// Everything here asks WhatsApp through the device's connection, and throws what `ask` does beside `group_unknown`,
// `not_group_member`, `not_group_admin` and what is named.

/** All groups the device is a member of; without their members when these are not wanted. */
export const listGroups = async (port: CommandPort, device: Device, withMembers = true): Promise<Group[]> =>
  z.array(group).parse(await ask(port, device, { type: 'groups.list', withMembers }))

/** A group of the device as WhatsApp describes it now. */
export const getGroup = async (port: CommandPort, device: Device, jid: string): Promise<Group> =>
  group.parse(await ask(port, device, { type: 'groups.info', jid }))

const made = z.object({ group, refused: z.array(refusedMember) })

/** Makes a group; who could not be added is in `refused`. */
export const createGroup = async (
  port: CommandPort,
  device: Device,
  name: string,
  participants: string[],
): Promise<{ group: Group; refused: RefusedMember[] }> =>
  made.parse(await ask(port, device, { type: 'groups.create', name, participants }))

/** One change of a group's name, topic or settings. */
export type GroupSetting = WorkOf<'groups.change'>['change']

/** Changes a group. */
export const changeGroup = async (
  port: CommandPort,
  device: Device,
  jid: string,
  change: GroupSetting,
): Promise<void> => {
  await ask(port, device, { type: 'groups.change', jid, change })
}

/** Gives a group the photo in the media bucket, or takes it away; the id of the new one. Throws `media_invalid`. */
export const setGroupPhoto = async (
  port: CommandPort,
  device: Device,
  jid: string,
  key: string | undefined,
): Promise<string | undefined> => {
  const reply = await ask(port, device, { type: 'groups.photo', jid, key })
  return z.object({ id: z.string().optional() }).parse(reply).id
}

/** Takes the device out of a group. */
export const leaveGroup = async (port: CommandPort, device: Device, jid: string): Promise<void> => {
  await ask(port, device, { type: 'groups.leave', jid })
}

/** The invitation code of a group; `reset` takes the present one back first. */
export const inviteCode = async (port: CommandPort, device: Device, jid: string, reset: boolean): Promise<string> => {
  const reply = await ask(port, device, { type: 'groups.invite', jid, reset })
  return z.object({ code: z.string() }).parse(reply).code
}

const joined = z.object({ jid: z.string(), pending: z.boolean() })

/** Joins by a code; `pending` when an administrator has to agree first. Throws `invite_invalid`, `group_full`, `conflict`. */
export const joinGroup = async (
  port: CommandPort,
  device: Device,
  code: string,
): Promise<{ jid: string; pending: boolean }> => joined.parse(await ask(port, device, { type: 'groups.join', code }))

/** The group that a code leads to, without joining. Throws `invite_invalid`. */
export const groupOfInvite = async (port: CommandPort, device: Device, code: string, waitMs?: number): Promise<Group> =>
  group.parse(await ask(port, device, { type: 'groups.invite-info', code }, waitMs))

const outcomes = z.object({ done: z.array(person.extend({ jid: z.string() })), refused: z.array(refusedMember) })

/** Whom a request about several people worked for, and whom not. */
export type MemberOutcomes = z.infer<typeof outcomes>

/** Adds, removes, promotes or demotes; each participant has an outcome of their own. */
export const changeMembers = async (
  port: CommandPort,
  device: Device,
  jid: string,
  action: MemberAction,
  participants: string[],
): Promise<MemberOutcomes> =>
  outcomes.parse(await ask(port, device, { type: 'groups.members', jid, action, participants }))

/** Who asked to join a group. */
export const listJoinRequests = async (port: CommandPort, device: Device, jid: string): Promise<JoinRequest[]> =>
  z.array(joinRequest).parse(await ask(port, device, { type: 'groups.requests', jid }))

/** Lets in who asked to join, or turns them down. */
export const decideJoinRequests = async (
  port: CommandPort,
  device: Device,
  jid: string,
  action: 'approve' | 'reject',
  participants: string[],
): Promise<MemberOutcomes> =>
  outcomes.parse(await ask(port, device, { type: 'groups.decide-requests', jid, action, participants }))

/** Makes a community; WhatsApp adds its announcement group by itself. */
export const createCommunity = async (
  port: CommandPort,
  device: Device,
  name: string,
  description: string | undefined,
  waitMs?: number,
): Promise<Group> => group.parse(await ask(port, device, { type: 'communities.create', name, description }, waitMs))

const links = z.object({
  done: z.array(z.string()),
  refused: z.array(z.object({ jid: z.string(), code: z.string(), message: z.string() })),
})

/** Which groups were linked, or taken out; why not the others, as a code of the catalogue and in words. */
export type LinkOutcomes = z.infer<typeof links>

/** Puts groups into a community, or takes them out; each has an outcome of its own. */
export const linkGroups = async (
  port: CommandPort,
  device: Device,
  work: Omit<WorkOf<'communities.link'>, 'type'>,
  waitMs?: number,
): Promise<LinkOutcomes> => links.parse(await ask(port, device, { type: 'communities.link', ...work }, waitMs))

const linked = z.object({ groups: z.array(linkedGroup), isAdmin: z.boolean() })

/** The groups of a community, the announcement group among them, and whether the device is an administrator of it. */
export const listLinkedGroups = async (
  port: CommandPort,
  device: Device,
  jid: string,
  waitMs?: number,
): Promise<{ groups: LinkedGroup[]; isAdmin: boolean }> =>
  linked.parse(await ask(port, device, { type: 'communities.linked', jid }, waitMs))
