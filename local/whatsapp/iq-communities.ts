import { linkedGroups, linkGroup, linkTargetNode, unlinkGroup } from './communities.ts'
import { decideRequest } from './group-join.ts'
import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { accountsIn, groupOf } from './iq-group-target.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Group } from './model.ts'
import { type BinaryNode, childOf, childrenNamed, childrenOf, node } from './nodes.ts'

function communityOf(request: IqRequest, adminOnly = false): Group {
  const group = groupOf(request, adminOnly)
  if (!group.community) throw new IqError(400, 'bad-request')
  return group
}

/** Each group has an outcome of its own (`error`), as with members; the frame is that of the request. */
function outcomes(list: BinaryNode | undefined, change: (id: string) => number | undefined): BinaryNode[] {
  return childrenNamed(list, 'group').map(({ attrs: { jid = '' } }) => node('group', { jid, error: change(jid) }))
}

function links(request: IqRequest): IqAnswer {
  const { world, phone, child } = request
  const community = communityOf(request, true)
  const link = childOf(child, 'link')
  if (link?.attrs.link_type !== 'sub_group') throw new IqError(400, 'bad-request')
  const groups = outcomes(link, (id) => linkGroup(world, community, phone, id))
  return [node('links', {}, [node('link', { link_type: 'sub_group' }, groups)])]
}

function unlink(request: IqRequest): IqAnswer {
  const { world, phone, child } = request
  const community = communityOf(request, true)
  const groups = outcomes(child, (id) => unlinkGroup(world, community, phone, id))
  return [node('unlink', { unlink_type: 'sub_group' }, groups)]
}

function subGroups(request: IqRequest): IqAnswer {
  const groups = linkedGroups(request.world, communityOf(request))
  return [node('sub_groups', {}, groups.map(linkTargetNode))]
}

function requests(request: IqRequest): IqAnswer {
  const group = groupOf(request, true)
  const waiting = [...group.requests].map(([number, at]) => {
    const lid = request.world.phones.get(number)?.lid ?? ''
    return node('membership_approval_request', {
      jid: lidJid(lid),
      phone_number: pnJid(number),
      request_method: 'invite_link',
      request_time: at,
    })
  })
  return [node('membership_approval_requests', {}, waiting)]
}

function decideRequests(request: IqRequest): IqAnswer {
  const { world, phone, child } = request
  const group = groupOf(request, true)
  const [decision] = childrenOf(child)
  const action = decision?.tag
  if (action !== 'approve' && action !== 'reject') throw new IqError(400, 'bad-request')
  const participants = accountsIn(request, decision).map(({ asked, phone: other }) => {
    const done = other !== undefined && decideRequest(world, group, phone, action, other)
    return node('participant', { jid: asked, error: done ? undefined : 404 })
  })
  return [node('membership_requests_action', {}, [node(action, {}, participants)])]
}

/** Requests about communities, and about people who want to join. */
export const communityRequests: IqTable = {
  'w:g2 set links': links,
  'w:g2 set unlink': unlink,
  'w:g2 get sub_groups': subGroups,
  'w:g2 get membership_approval_requests': requests,
  'w:g2 set membership_requests_action': decideRequests,
}
