import { createCommunity } from './communities.ts'
import { findByCode, joinByCode } from './group-join.ts'
import { changeMembers, leaveGroup } from './group-members.ts'
import { groupNode } from './group-nodes.ts'
import {
  changeSetting,
  DESCRIPTION_LIMIT,
  resetInvite,
  SUBJECT_LIMIT,
  setDescription,
  setSubject,
  settingTags,
} from './group-settings.ts'
import { addRefusal, createGroup, isAdmin, type MemberAction, type MemberResult, mayChangeMembers } from './groups.ts'
import { type IqAnswer, IqError, type IqHandler, type IqRequest, type IqTable } from './iq.ts'
import { accountsIn, groupOf } from './iq-group-target.ts'
import { lidJid, pnJid } from './jid.ts'
import { type BinaryNode, childBytes, childOf, node, textOf } from './nodes.ts'

const DAY_SECONDS = 86_400

/** Outcome of one member. Who cannot be added by somebody can still be invited: then a code for that comes along. */
function resultNode({ phone, asked, error }: MemberResult): BinaryNode {
  const code = 'add-by-invitation'
  const invitation = node('add_request', { code, expiration: Math.floor(Date.now() / 1000) + 3 * DAY_SECONDS })
  const attrs = { jid: phone ? lidJid(phone.lid) : asked, phone_number: phone && pnJid(phone.phone), error }
  return node('participant', attrs, error === 403 ? [invitation] : undefined)
}

function subjectOf(text: string): string {
  const length = [...text].length
  if (length === 0 || length > SUBJECT_LIMIT) throw new IqError(406, 'not-acceptable')
  return text
}

function create(request: IqRequest): IqAnswer {
  const { world, phone, child } = request
  const subject = subjectOf(child?.attrs.subject ?? '')
  const { key } = child?.attrs ?? {}
  if (childOf(child, 'parent')) {
    const described = childOf(child, 'description')
    const text = childBytes(described, 'body').toString('utf8')
    const description = text === '' ? undefined : { id: described?.attrs.id ?? '', text }
    const generalChat = childOf(child, 'create_general_chat') !== undefined
    return [groupNode(world, createCommunity(world, phone, { subject, key, description, generalChat }))]
  }
  const asked = accountsIn(request)
  const results = asked.map((one): MemberResult => {
    return { ...one, error: one.phone ? addRefusal(phone, one.phone) : 404 }
  })
  const members = results.flatMap(({ phone: member, error }) => (member && error === undefined ? [member] : []))
  const made = groupNode(world, createGroup(world, phone, subject, members, { key }))
  const refused = results.filter(({ error }) => error !== undefined).map(resultNode)
  return [{ ...made, content: [...(made.content as BinaryNode[]), ...refused] }]
}

function members(action: MemberAction): IqHandler {
  return (request) => {
    const group = groupOf(request)
    if (!mayChangeMembers(group, request.phone, action)) throw new IqError(403, 'forbidden')
    const results = changeMembers(request.world, group, request.phone, action, accountsIn(request))
    return [node(action, {}, results.map(resultNode))]
  }
}

function participating({ world, phone }: IqRequest): IqAnswer {
  const groups = [...world.groups.values()].filter((group) => group.members.has(phone.phone))
  return [
    node(
      'groups',
      {},
      groups.map((group) => groupNode(world, group)),
    ),
  ]
}

/** Everybody may change name and description, unless the group is locked. */
function isLocked({ world, iq }: IqRequest): boolean {
  return world.groups.get(iq.attrs.to ?? '')?.locked === true
}

function subject(request: IqRequest): IqAnswer {
  const group = groupOf(request, isLocked(request))
  setSubject(request.world, group, request.phone, subjectOf(textOf(request.child)))
  return undefined
}

/** A description names the one it replaces: somebody who changed it meanwhile is not overwritten. */
function description(request: IqRequest): IqAnswer {
  const { world, phone, child } = request
  const group = groupOf(request, isLocked(request))
  const text = childBytes(child, 'body').toString('utf8')
  if ([...text].length > DESCRIPTION_LIMIT) throw new IqError(406, 'not-acceptable')
  if (child?.attrs.prev !== group.description?.id) throw new IqError(409, 'conflict')
  setDescription(world, group, phone, child?.attrs.id ?? '', text)
  return undefined
}

/** A setting that only administrators change; a community has none of these. */
function setting(request: IqRequest): IqAnswer {
  const group = groupOf(request, true)
  if (request.child) changeSetting(request.world, group, request.phone, request.child)
  return undefined
}

/** The code of a group goes to administrators only: others are told 401 (as whatsmeow's group.go reads it). */
function ownCode(request: IqRequest) {
  const group = groupOf(request)
  if (!isAdmin(group, request.phone)) throw new IqError(401, 'not-authorized')
  return group
}

const CODE_REFUSALS = { 406: 'not-acceptable', 409: 'conflict', 410: 'gone', 419: 'resource-limit' } as const

function invite(request: IqRequest): IqAnswer {
  const { world, child } = request
  const code = child?.attrs.code
  if (code === undefined) return [node('invite', { code: ownCode(request).inviteCode })]
  const group = findByCode(world, code)
  if (group === undefined) throw new IqError(406, CODE_REFUSALS[406])
  if (group === 'revoked') throw new IqError(410, CODE_REFUSALS[410])
  return [groupNode(world, group)]
}

/** Setting an invitation with a code joins; without one it takes the present code back. */
function changeInvite(request: IqRequest): IqAnswer {
  const { world, phone, child } = request
  const code = child?.attrs.code
  if (code === undefined) return [node('invite', { code: resetInvite(world, ownCode(request), phone) })]
  const joined = joinByCode(world, phone, code)
  if ('error' in joined) throw new IqError(joined.error, CODE_REFUSALS[joined.error])
  return [node(joined.isRequest ? 'membership_approval_request' : 'group', { jid: joined.group.id })]
}

function leave({ world, phone, child }: IqRequest): IqAnswer {
  const asked = Array.isArray(child?.content) ? child.content : []
  const left = asked.map(({ tag, attrs: { id = '' } }) => {
    const group = world.groups.get(id)
    if (!group?.members.has(phone.phone)) return node(tag, { id, error: 404 })
    leaveGroup(world, group, phone)
    return node(tag, { id })
  })
  return [node('leave', {}, left)]
}

/** Requests about groups. */
export const groupRequests: IqTable = {
  'w:g2 get query': (request) => [groupNode(request.world, groupOf(request))],
  'w:g2 get participating': participating,
  'w:g2 get invite': invite,
  'w:g2 set create': create,
  'w:g2 set add': members('add'),
  'w:g2 set remove': members('remove'),
  'w:g2 set promote': members('promote'),
  'w:g2 set demote': members('demote'),
  'w:g2 set subject': subject,
  'w:g2 set description': description,
  'w:g2 set invite': changeInvite,
  'w:g2 set leave': leave,
  ...Object.fromEntries(settingTags.map((tag) => [`w:g2 set ${tag}`, setting])),
}
