import type { BinaryNode } from '@whiskeysockets/baileys'
import { groupWorkplace, isSame } from '../../groups/as-member.ts'
import { childrenNamed, childrenOf, participantOf, personFrom } from '../../groups/nodes.ts'
import { groupRequest } from '../../groups/query.ts'
import { refusedIn } from '../../groups/read-group.ts'
import type { CommandHandler } from '../handler.ts'

const asParticipant = (jid: string): BinaryNode => ({ tag: 'participant', attrs: { jid } })

const outcomesIn = (list: BinaryNode | undefined) => ({
  done: childrenNamed(list, 'participant')
    .filter(({ attrs }) => attrs.error === undefined)
    .map((node) => ({ ...participantOf(node), jid: node.attrs.jid ?? '' })),
  refused: list ? refusedIn(list) : [],
})

/** Names people as the group does: it may know them by LID while the caller knows their number. */
const namedAs = <T extends { jid: string; phone?: string; lid?: string }>(known: readonly T[], jid: string): string =>
  known.find((one) => isSame(one, personFrom(jid)))?.jid ?? jid

/**
 * Adds, removes, promotes or demotes (whatsmeow's `UpdateGroupParticipants`). Who is removed from a community goes from its
 * groups as well (`linked_groups`, seen in Baileys).
 */
export const groupsMembers: CommandHandler<'groups.members'> = async (services, session, work) => {
  const { jid, action, participants } = work
  const { socket, group, byNumber, inGroup } = await groupWorkplace(services, session)
  return inGroup(jid, async () => {
    const known = action === 'add' ? undefined : await group(jid)
    const names = known ? participants.map((one) => namedAs(known.members, one)) : await byNumber(participants)
    const content = names.map(asParticipant)
    const attrs: Record<string, string> = action === 'remove' && known?.isCommunity ? { linked_groups: 'true' } : {}
    const answer = await groupRequest(socket, 'set', jid, { tag: action, attrs, content })
    return outcomesIn(childrenOf(answer).find(({ tag }) => tag === action))
  })
}

type Asked = { jid: string; phone?: string; lid?: string; askedAt: number }

const requestsIn = (answer: BinaryNode): Asked[] => {
  const [list] = childrenNamed(answer, 'membership_approval_requests')
  return childrenNamed(list, 'membership_approval_request').map((node) => ({
    ...participantOf(node),
    jid: node.attrs.jid ?? '',
    askedAt: Number(node.attrs.request_time ?? 0),
  }))
}

const REQUESTS: BinaryNode = { tag: 'membership_approval_requests', attrs: {} }

/** Who asked to join a group (whatsmeow's `GetGroupRequestParticipants`). */
export const groupsRequests: CommandHandler<'groups.requests'> = async (services, session, { jid }) => {
  const { socket, inGroup } = await groupWorkplace(services, session)
  return inGroup(jid, async () => requestsIn(await groupRequest(socket, 'get', jid, REQUESTS)))
}

/**
 * Lets in who asked to join, or turns them down (whatsmeow's `UpdateGroupRequestParticipants`). Who did not ask has the outcome
 * 404, as WhatsApp has it; a group knows people by LID, so its list of requests is read first.
 */
export const groupsDecideRequests: CommandHandler<'groups.decide-requests'> = async (services, session, work) => {
  const { jid, action, participants } = work
  const { socket, inGroup } = await groupWorkplace(services, session)
  return inGroup(jid, async () => {
    const asked = requestsIn(await groupRequest(socket, 'get', jid, REQUESTS))
    const content = participants.map((one) => asParticipant(namedAs(asked, one)))
    const child = { tag: 'membership_requests_action', attrs: {}, content: [{ tag: action, attrs: {}, content }] }
    const answer = await groupRequest(socket, 'set', jid, child)
    const [list] = childrenNamed(answer, child.tag)
    const outcomes = outcomesIn(childrenNamed(list, action)[0])
    // The answer names them as the request did; both addresses are in the list.
    const whole = <T extends { jid: string }>(one: T): T => {
      const { phone, lid } = asked.find(({ jid: name }) => name === one.jid) ?? personFrom(one.jid)
      return { ...one, phone, lid }
    }
    return { done: outcomes.done.map(whole), refused: outcomes.refused.map(whole) }
  })
}
