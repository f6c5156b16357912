import { askGroup, groupWorkplace } from '../../groups/as-member.ts'
import type { CommandHandler } from '../handler.ts'

/** A group as it is now. */
export const groupsInfo: CommandHandler<'groups.info'> = async (services, session, { jid }) => {
  const { socket, inGroup } = await groupWorkplace(services, session)
  const group = await inGroup(jid, () => askGroup(socket, jid))
  services.groups.put(session.id, group)
  return group
}
