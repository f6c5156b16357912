import { accountSync, showsTo, tellContacts } from './account-sync.ts'
import { setGroupPicture } from './group-settings.ts'
import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { groupOf } from './iq-group-target.ts'
import { isGroupJid, parseJid, pnJid } from './jid.ts'
import type { Group, Phone } from './model.ts'
import { type BinaryNode, bytesOf, childOf, node } from './nodes.ts'
import { persistPhone } from './persist.ts'
import { accountOf, type World } from './world.ts'

/** Who or what a request names as target; without one the account itself. */
function ownerOf(request: IqRequest): Phone | Group | undefined {
  const { world, phone, iq } = request
  const { target } = iq.attrs
  if (!target) return phone
  return isGroupJid(target) ? world.groups.get(target) : accountOf(world, parseJid(target).user)
}

function nameOf(owner: Phone | Group): string {
  return 'members' in owner ? owner.id : owner.phone
}

/** Whether the asking account may see a picture: by the owner's setting, as a member, by a common group or by an invitation. */
function mayBeSeen({ world, phone, child }: IqRequest, owner: Phone | Group): boolean {
  const { invite, common_gid: common } = child?.attrs ?? {}
  if ('members' in owner) return owner.members.has(phone.phone) || invite === owner.inviteCode
  const both = world.groups.get(common ?? '')?.members
  return showsTo(owner, phone, 'profile') || (both?.has(phone.phone) === true && both.has(owner.phone))
}

function pictureNode({ world, child }: IqRequest, owner: Phone | Group | undefined): BinaryNode {
  if (!owner?.pictureId) throw new IqError(404, 'item-not-found')
  const path = `/pictures/${encodeURIComponent(nameOf(owner))}?id=${owner.pictureId}`
  const type = child?.attrs.type ?? 'image'
  return node('picture', { id: owner.pictureId, type, url: `http://${world.mediaHost()}${path}`, direct_path: path })
}

function picture(request: IqRequest): IqAnswer {
  const owner = ownerOf(request)
  if (owner && !mayBeSeen(request, owner)) throw new IqError(401, 'not-authorized')
  return [pictureNode(request, owner)]
}

/** The picture of a community is asked of the community itself. */
function communityPicture(request: IqRequest): IqAnswer {
  const { world, iq, child } = request
  const asked = { ...request, child: childOf(child, 'picture') }
  const owner = world.groups.get(iq.attrs.to ?? '')
  if (owner && !mayBeSeen(asked, owner)) throw new IqError(401, 'not-authorized')
  return [node('pictures', {}, [pictureNode(asked, owner)])]
}

/** Gives an account another picture, or none; tells the companions of its contacts, and its own but for the one that did it. */
export function setPhonePicture(world: World, phone: Phone, bytes: Buffer, by?: IqRequest['device']): void {
  phone.picture = bytes.length > 0 ? bytes : undefined
  phone.pictureId = phone.picture && String(Date.now())
  persistPhone(world, phone)
  const child = phone.pictureId ? node('set', { id: phone.pictureId, jid: pnJid(phone.phone) }) : node('delete')
  tellContacts(world, phone, 'picture', 'profile', child)
  accountSync(world, phone, node('picture'), by)
}

/** Pixels of a side at most. */
const PICTURE_SIDE = 640

/** Only a JPEG of at most 640 pixels a side is taken: its frame header tells. */
function isAcceptable(bytes: Buffer): boolean {
  if (bytes.readUIntBE(0, 3) !== 0xffd8ff) return false
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt16BE(at)
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)
    if (isFrame) return Math.max(bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)) <= PICTURE_SIDE
  }
  return false
}

function setPicture(request: IqRequest): IqAnswer {
  const { world, phone, child, iq } = request
  const bytes = bytesOf(child)
  const owner = ownerOf(request)
  if (owner && 'members' in owner) {
    const named = { ...request, iq: { ...iq, attrs: { ...iq.attrs, to: owner.id } } }
    setGroupPicture(world, groupOf(named, owner.locked), phone, bytes)
  } else if (owner === phone) {
    if (bytes.length > 0 && !isAcceptable(bytes)) throw new IqError(406, 'not-acceptable')
    setPhonePicture(world, phone, bytes, request.device)
  } else throw new IqError(403, 'forbidden')
  return owner?.pictureId ? [node('picture', { id: owner.pictureId })] : undefined
}

/** Requests about pictures of accounts and groups. */
export const pictureRequests: IqTable = {
  'w:profile:picture get picture': picture,
  'w:profile:picture set *': setPicture,
  'w:g2 get pictures': communityPicture,
}
