import type { Group, Person } from '#domains/groups/model.ts'
import { type AppError, fail } from '#kit/errors.ts'
import { requireConnection } from '../commands/online.ts'
import type { DeviceSession } from '../connection/device-session.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { completeAddress } from '../inbound/addresses.ts'
import type { RunnerServices } from '../services.ts'
import { personFrom } from './nodes.ts'
import { explainRefusal, GROUP_SERVER, GroupRefusal, groupRequest } from './query.ts'
import { groupIn } from './read-group.ts'

/** Asks WhatsApp for a group (whatsmeow's `getGroupInfo`). Throws what `groupRequest` does. */
export const askGroup = async (socket: LiveSocket, jid: string): Promise<Group> => {
  const answer = await groupRequest(socket, 'get', jid, { tag: 'query', attrs: { request: 'interactive' } })
  const group = groupIn(answer)
  if (!group) throw new GroupRefusal(404)
  return group
}

/** Whether two names are of one person. */
export const isSame = (left: Person, right: Person): boolean =>
  (left.lid !== undefined && left.lid === right.lid) || (left.phone !== undefined && left.phone === right.phone)

/** What a command about one group works with. */
export type GroupWorkplace = {
  socket: LiveSocket
  self: Person
  /** The group as it is remembered, or asked for. */
  group: (jid: string) => Promise<Group>
  /** People by phone number where it is known: WhatsApp refuses to add some who are named by LID (Baileys issue 2001). */
  byNumber: (jids: readonly string[]) => Promise<string[]>
  /** Does something to a group; a refusal becomes the error that says why. */
  inGroup: <T>(jid: string, work: () => Promise<T>) => Promise<T>
}

/**
 * A connection with what is known of its groups. Waits for the connection and throws as `requireConnection` does.
 */
export const groupWorkplace = async (services: RunnerServices, session: DeviceSession): Promise<GroupWorkplace> => {
  const { socket, auth } = await requireConnection(session)
  const self = personFrom(auth.creds.me?.id, auth.creds.me?.lid)

  const complete = completeAddress(auth)

  const group = (jid: string): Promise<Group> => services.groups.get(session.id, jid, () => askGroup(socket, jid))

  /** WhatsApp says 401 or 403 to members without rights, and to strangers: what it says about the group tells which. */
  const whyForbidden = async (jid: string): Promise<AppError> => {
    try {
      const { members } = await askGroup(socket, jid)
      return fail(members.some((one) => isSame(one, self)) ? 'not_group_admin' : 'not_group_member')
    } catch (error) {
      if (!(error instanceof GroupRefusal)) throw error
      return fail(error.code === 404 ? 'group_unknown' : 'not_group_member')
    }
  }

  return {
    socket,
    self,
    group,
    byNumber: (jids) =>
      Promise.all(jids.map(async (jid) => (jid.endsWith('@lid') ? ((await complete({ lid: jid })).pn ?? jid) : jid))),
    inGroup: async (jid, work) => {
      try {
        return await work()
      } catch (error) {
        const isForbidden = error instanceof GroupRefusal && (error.code === 401 || error.code === 403)
        throw (isForbidden && jid !== GROUP_SERVER ? await whyForbidden(jid) : explainRefusal(error)) ?? error
      }
    },
  }
}
