import { fail } from '#kit/errors.ts'
import { newWaMessageId } from '#kit/ids.ts'
import { groupWorkplace } from '../../groups/as-member.ts'
import { childOf } from '../../groups/nodes.ts'
import { GROUP_SERVER, groupRequest } from '../../groups/query.ts'
import { groupIn, refusedIn } from '../../groups/read-group.ts'
import type { CommandHandler } from '../handler.ts'

/** The key of a new group: a message id without its usual beginning (whatsmeow's `CreateGroup`). */
export const newGroupKey = (): string => newWaMessageId().replace(/^3EB0/, '')

/** Makes a group. The answer names the members, and with an `error` who could not be added. */
export const groupsCreate: CommandHandler<'groups.create'> = async (services, session, { name, participants }) => {
  const { socket, byNumber, inGroup } = await groupWorkplace(services, session)
  const content = (await byNumber(participants)).map((jid) => ({ tag: 'participant', attrs: { jid } }))
  const child = { tag: 'create', attrs: { subject: name, key: newGroupKey() }, content }
  const answer = await inGroup(GROUP_SERVER, () => groupRequest(socket, 'set', GROUP_SERVER, child))
  const group = groupIn(answer)
  const made = childOf(answer, 'group')
  if (!group || !made) throw fail('upstream_error', { message: 'WhatsApp did not say which group it made.' })
  services.groups.put(session.id, group)
  return { group, refused: refusedIn(made) }
}
