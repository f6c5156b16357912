import { type Asked, isAdmin } from './groups.ts'
import { IqError, type IqRequest } from './iq.ts'
import { parseJid } from './jid.ts'
import type { Group } from './model.ts'
import { type BinaryNode, childrenNamed } from './nodes.ts'
import { accountOf } from './world.ts'

/** The group a request is about; refused for strangers, and for members where only administrators may. */
export function groupOf({ world, phone, iq }: IqRequest, adminOnly = false): Group {
  const group = world.groups.get(iq.attrs.to ?? '')
  if (!group) throw new IqError(404, 'item-not-found')
  if (!group.members.has(phone.phone) || (adminOnly && !isAdmin(group, phone))) throw new IqError(403, 'forbidden')
  return group
}

/** The accounts that a list of participants names. */
export function accountsIn({ world, child }: IqRequest, list: BinaryNode | undefined = child): Asked[] {
  return childrenNamed(list, 'participant').map(({ attrs: { jid = '' } }) => ({
    asked: jid,
    phone: accountOf(world, parseJid(jid).user),
  }))
}
