import { groupWorkplace } from '../../groups/as-member.ts'
import { GROUP_SERVER, groupRequest } from '../../groups/query.ts'
import { groupsIn } from '../../groups/read-group.ts'
import type { CommandHandler } from '../handler.ts'

/** All groups and communities the device is in (whatsmeow's `GetJoinedGroups`); what they are now is remembered for sends. */
export const groupsList: CommandHandler<'groups.list'> = async (services, session, { withMembers = true }) => {
  const { socket, inGroup } = await groupWorkplace(services, session)
  const wanted = [
    { tag: 'participants', attrs: {} },
    { tag: 'description', attrs: {} },
  ]
  const child = { tag: 'participating', attrs: {}, content: wanted }
  const groups = await inGroup(GROUP_SERVER, async () =>
    groupsIn(await groupRequest(socket, 'get', GROUP_SERVER, child)),
  )
  for (const group of groups) services.groups.put(session.id, group)
  return withMembers ? groups : groups.map((group) => ({ ...group, members: [] }))
}
