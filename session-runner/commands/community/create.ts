import type { BinaryNode } from '@whiskeysockets/baileys'
import { fail } from '#kit/errors.ts'
import { newWaMessageId } from '#kit/ids.ts'
import { groupWorkplace } from '../../groups/as-member.ts'
import { GROUP_SERVER, groupRequest } from '../../groups/query.ts'
import { groupIn } from '../../groups/read-group.ts'
import { newGroupKey } from '../group/create.ts'
import type { CommandHandler } from '../handler.ts'

/**
 * Makes a community: a group with `parent` in its request (whatsmeow's `CreateGroup`), and its description as Baileys'
 * `communityCreate` sends it. That function itself is not used: it prints the answer, with phone numbers, to the console.
 */
export const communitiesCreate: CommandHandler<'communities.create'> = async (services, session, work) => {
  const { name, description } = work
  const { socket, inGroup } = await groupWorkplace(services, session)
  const parent: BinaryNode = { tag: 'parent', attrs: { default_membership_approval_mode: 'request_required' } }
  const body = { tag: 'body', attrs: {}, content: Buffer.from(description ?? '') }
  const described: BinaryNode = { tag: 'description', attrs: { id: newWaMessageId() }, content: [body] }
  const child: BinaryNode = {
    tag: 'create',
    attrs: { subject: name, key: newGroupKey() },
    content: description ? [described, parent] : [parent],
  }
  const group = groupIn(await inGroup(GROUP_SERVER, () => groupRequest(socket, 'set', GROUP_SERVER, child)))
  if (!group) throw fail('upstream_error', { message: 'WhatsApp did not say which community it made.' })
  services.groups.put(session.id, group)
  return group
}
