import type { BinaryNode } from '@whiskeysockets/baileys'
import { type AppError, fail, toAppError } from '#kit/errors.ts'
import { type GroupWorkplace, groupWorkplace, isSame } from '../../groups/as-member.ts'
import { childOf, childrenOf } from '../../groups/nodes.ts'
import { GroupRefusal, groupRequest } from '../../groups/query.ts'
import { groupJid } from '../../groups/read-group.ts'
import type { CommandHandler } from '../handler.ts'

/** Codes with which an answer refuses groups, by JID, however deep these stand. */
const refusalsIn = (node: BinaryNode): [string, number][] =>
  node.tag === 'group' && node.attrs.error
    ? [[groupJid(node.attrs.jid ?? node.attrs.id ?? ''), Number(node.attrs.error)]]
    : childrenOf(node).flatMap(refusalsIn)

const explain = async (
  { inGroup }: GroupWorkplace,
  action: 'link' | 'unlink',
  child: string,
  code: number,
): Promise<AppError> => {
  if (code === 409) return fail('conflict', { message: 'The group is linked to a community otherwise.' })
  if (code === 404 && action === 'unlink') return fail('group_unknown', { message: 'The community has no such group.' })
  return inGroup(child, () => Promise.reject(new GroupRefusal(code))).catch(toAppError)
}

/**
 * Puts groups into a community, or takes them out (whatsmeow's `LinkGroup` and `UnlinkGroup`, with several groups in one request).
 * WhatsApp refuses the whole request to those who are no administrators of the community, and one group for reasons of its own.
 */
export const communitiesLink: CommandHandler<'communities.link'> = async (services, session, work) => {
  const { action, parent, children } = work
  const place = await groupWorkplace(services, session)
  const groups = children.map((jid) => ({ tag: 'group', attrs: { jid } }))
  const link: BinaryNode = { tag: 'link', attrs: { link_type: 'sub_group' }, content: groups }
  const request: BinaryNode =
    action === 'link'
      ? { tag: 'links', attrs: {}, content: [link] }
      : { tag: 'unlink', attrs: { unlink_type: 'sub_group' }, content: groups }
  const answer = await place.inGroup(parent, () => groupRequest(place.socket, 'set', parent, request))
  const codes = new Map(refusalsIn(answer))
  for (const child of children) services.groups.forget(session.id, child)
  const refused = []
  for (const [jid, code] of codes) {
    const error = await explain(place, action, jid, code)
    refused.push({ jid, code: error.code, message: error.message })
  }
  return { done: children.filter((jid) => !codes.has(jid)), refused }
}

/** The groups of a community (whatsmeow's `GetSubGroups`; the announcement group carries a mark), and whether the device rules it. */
export const communitiesLinked: CommandHandler<'communities.linked'> = async (services, session, { jid }) => {
  const { socket, self, group, inGroup } = await groupWorkplace(services, session)
  return inGroup(jid, async () => {
    const [community, answer] = await Promise.all([
      group(jid),
      groupRequest(socket, 'get', jid, { tag: 'sub_groups', attrs: {} }),
    ])
    const groups = childrenOf(childOf(answer, 'sub_groups'))
      .filter(({ tag }) => tag === 'group')
      .map((node) => ({
        jid: groupJid(node.attrs.jid ?? node.attrs.id ?? ''),
        name: node.attrs.subject ?? '',
        isAnnouncements: childOf(node, 'default_sub_group') !== undefined,
      }))
    return { groups, isAdmin: community.members.some((one) => one.isAdmin && isSame(one, self)) }
  })
}
