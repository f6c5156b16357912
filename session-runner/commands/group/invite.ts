import { fail } from '#kit/errors.ts'
import { groupWorkplace } from '../../groups/as-member.ts'
import { childOf } from '../../groups/nodes.ts'
import { explainRefusal, GROUP_SERVER, GroupRefusal, groupRequest } from '../../groups/query.ts'
import { groupIn } from '../../groups/read-group.ts'
import type { CommandHandler } from '../handler.ts'

/** Codes by which WhatsApp says that an invitation leads nowhere: invalid (406, also 400 and 404), taken back (410; whatsmeow's group.go). */
const NOWHERE: ReadonlySet<number> = new Set([400, 404, 406, 410])

const byCode = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof GroupRefusal)) throw error
    if (NOWHERE.has(error.code)) throw fail('invite_invalid')
    if (error.code === 409) throw fail('conflict', { message: 'The device is in this group already.' })
    if (error.code === 401 || error.code === 403) {
      throw fail('forbidden', { message: 'WhatsApp does not let this number into the group: it was removed from it.' })
    }
    throw explainRefusal(error) ?? error
  }
}

/** The invitation code of a group; taking the old one back is the same request as a change. */
export const groupsInvite: CommandHandler<'groups.invite'> = async (services, session, { jid, reset }) => {
  const { socket, inGroup } = await groupWorkplace(services, session)
  const child = { tag: 'invite', attrs: {} }
  const answer = await inGroup(jid, () => groupRequest(socket, reset ? 'set' : 'get', jid, child))
  const code = childOf(answer, 'invite')?.attrs.code
  if (!code) throw fail('upstream_error', { message: 'WhatsApp gave no invitation code.' })
  return { code }
}

/** Joins by a code; where administrators have to agree, WhatsApp answers with a request instead of a group. */
export const groupsJoin: CommandHandler<'groups.join'> = async (services, session, { code }) => {
  const { socket } = await groupWorkplace(services, session)
  const child = { tag: 'invite', attrs: { code } }
  const answer = await byCode(() => groupRequest(socket, 'set', GROUP_SERVER, child))
  const asked = childOf(answer, 'membership_approval_request')?.attrs.jid
  const jid = asked ?? childOf(answer, 'group')?.attrs.jid
  if (!jid) throw fail('upstream_error', { message: 'WhatsApp did not say which group that is.' })
  return { jid, pending: asked !== undefined }
}

/** What the group of a code is, for somebody who is not in it. */
export const groupsInviteInfo: CommandHandler<'groups.invite-info'> = async (services, session, { code }) => {
  const { socket } = await groupWorkplace(services, session)
  const child = { tag: 'invite', attrs: { code } }
  const group = groupIn(await byCode(() => groupRequest(socket, 'get', GROUP_SERVER, child)))
  if (!group) throw fail('invite_invalid')
  return group
}
