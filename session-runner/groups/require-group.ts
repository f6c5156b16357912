import { findChat } from '#domains/chats/repo.ts'
import { fail } from '#kit/errors.ts'
import type { DeviceSession } from '../connection/device-session.ts'
import type { LiveSocket } from '../connection/socket.ts'
import type { RunnerServices } from '../services.ts'
import { askGroup, isSame } from './as-member.ts'
import { personFrom } from './nodes.ts'
import { GroupRefusal } from './query.ts'

/** Codes with which WhatsApp keeps a group from a number that is not in it. */
const NO_MEMBER = [401, 403]

/**
 * Asks for a group unless it is remembered with this number in it: who was removed is heard of, and WhatsApp then says how it is.
 * The members of announcement groups are not all told, so there it says nothing that one is missing.
 */
const look = async (
  services: RunnerServices,
  { id }: DeviceSession,
  socket: LiveSocket,
  jid: string,
): Promise<void> => {
  const ask = () => askGroup(socket, jid)
  const { members, isAnnouncements } = await services.groups.get(id, jid, ask)
  const { me } = socket.authState.creds
  const self = personFrom(me?.id, me?.lid)
  if (isAnnouncements || members.some((one) => isSame(one, self))) return
  services.groups.forget(id, jid)
  await services.groups.get(id, jid, ask)
}

/**
 * Throws `group_unknown` or `not_group_member` for a group that the device cannot do anything in: WhatsApp itself takes typing and
 * changes of the chat list for such a group in silence. The group is mostly remembered; what fails for another reason than a refusal
 * is left to what is done next. Chats that are no groups pass.
 */
export const requireGroup = async (
  services: RunnerServices,
  session: DeviceSession,
  socket: LiveSocket,
  chat: string,
): Promise<void> => {
  if (!chat.endsWith('@g.us')) return
  try {
    await look(services, session, socket, chat)
  } catch (error) {
    if (!(error instanceof GroupRefusal)) return
    if (error.code === 404) throw fail('group_unknown')
    if (NO_MEMBER.includes(error.code)) throw fail('not_group_member')
  }
}

/** The same for a change of the chat list: a group that the number has left stays in it until somebody deletes the chat. */
export const requireListedGroup = async (
  services: RunnerServices,
  session: DeviceSession,
  socket: LiveSocket,
  chat: string,
): Promise<void> => {
  try {
    await requireGroup(services, session, socket, chat)
  } catch (refusal) {
    const { tenantId, id } = session.device()
    const [listed, thread] = await Promise.all([
      findChat(services.ctx, id, chat),
      services.threads.find(services.ctx, tenantId, id, chat),
    ])
    if (!listed && !thread) throw refusal
  }
}
