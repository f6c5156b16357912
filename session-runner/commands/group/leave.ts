import { groupWorkplace } from '../../groups/as-member.ts'
import { childOf, childrenOf } from '../../groups/nodes.ts'
import { GROUP_SERVER, GroupRefusal, groupRequest } from '../../groups/query.ts'
import type { CommandHandler } from '../handler.ts'

/** Leaves a group (whatsmeow's `LeaveGroup`). A group that the device is not in is named in the answer with an error. */
export const groupsLeave: CommandHandler<'groups.leave'> = async (services, session, { jid }) => {
  const { socket, inGroup } = await groupWorkplace(services, session)
  await inGroup(jid, async () => {
    const child = { tag: 'leave', attrs: {}, content: [{ tag: 'group', attrs: { id: jid } }] }
    const answer = await groupRequest(socket, 'set', GROUP_SERVER, child)
    const refused = childrenOf(childOf(answer, 'leave')).find(({ attrs }) => attrs.error !== undefined)
    // 404 is said of groups that exist as well, to those who are not in them: what the group says about itself tells which.
    if (refused) throw new GroupRefusal(refused.attrs.error === '404' ? 403 : Number(refused.attrs.error))
  })
  services.groups.forget(session.id, jid)
  return {}
}
