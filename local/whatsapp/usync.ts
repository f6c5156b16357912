import { showsTo } from './account-sync.ts'
import { botProfile } from './bots.ts'
import { verifiedName } from './business.ts'
import { faultTarget } from './faults.ts'
import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { lidJid, parseJid, phoneDigits, pnJid } from './jid.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childOf, childrenNamed, childrenOf, node, textOf } from './nodes.ts'
import { accountOf } from './world.ts'

/** What one protocol answers about an account to another; nothing when it has no say for this address. */
type Protocol = (phone: Phone, askedByLid: boolean, viewer: Phone) => BinaryNode | undefined

function deviceList(phone: Phone): BinaryNode {
  const companions = [...phone.devices.values()].map(({ id }) => node('device', { id, 'key-index': id }))
  return node('devices', {}, [
    node('device-list', { hash: `2:${phone.devices.size}` }, [node('device', { id: 0 }), ...companions]),
    node('key-index-list', { ts: phone.createdAt }, phone.keys.identity.public),
  ])
}

/** Answers by protocol name. A LID is not returned to somebody who asked by LID: clients log the pair as invalid. */
const PROTOCOLS: Record<string, Protocol> = {
  devices: deviceList,
  lid: (phone, askedByLid) => (askedByLid ? undefined : node('lid', { val: lidJid(phone.lid) })),
  contact: (phone) => node('contact', { type: 'in' }, Buffer.from(`+${phone.phone}`)),
  // A text that is not shown is told from an empty one by a code (seen in Baileys' reading of the answer).
  status: (phone, _byLid, viewer) =>
    showsTo(phone, viewer, 'status')
      ? node('status', { t: phone.aboutAt }, Buffer.from(phone.about))
      : node('status', { code: 401 }),
  business: verifiedName,
  picture: (phone, _byLid, viewer) =>
    phone.pictureId && showsTo(phone, viewer, 'profile') ? node('picture', { id: phone.pictureId }) : undefined,
  disappearing_mode: (phone) => node('disappearing_mode', { duration: phone.disappearing, t: phone.createdAt }),
}

function answerUser({ world, phone: viewer }: IqRequest, user: BinaryNode, protocols: string[]): BinaryNode {
  const asked = user.attrs.jid
  const bot = asked && protocols.includes('bot') ? botProfile(asked) : undefined
  if (bot) return node('user', { jid: asked }, [bot])
  const number = phoneDigits(textOf(childOf(user, 'contact')))
  const parts = asked ? parseJid(asked) : undefined
  const phone = accountOf(world, parts?.user ?? number)
  if (!phone) {
    const out = protocols.includes('contact') ? [node('contact', { type: 'out' }, Buffer.from(`+${number}`))] : []
    return node('user', { jid: asked ?? pnJid(number) }, out)
  }
  const byLid = parts?.server === 'lid'
  const answers = protocols
    .map((name) => PROTOCOLS[name]?.(phone, byLid, viewer))
    .filter((child) => child !== undefined)
  return node('user', { jid: asked ?? pnJid(phone.phone) }, answers)
}

function usync(request: IqRequest): IqAnswer {
  const { world, device, child } = request
  const fault = world.faults.take('usync-error', faultTarget(device))
  if (fault) throw new IqError(fault.code ?? 500, 'internal-server-error')
  const protocols = childrenOf(childOf(child, 'query')).map(({ tag }) => tag)
  const users = childrenNamed(childOf(child, 'list'), 'user')
  const hidesLids = world.faults.take('no-lids', faultTarget(device)) !== undefined
  const answered = protocols.filter((name) => !(hidesLids && name === 'lid'))
  const list = users.map((user) => answerUser(request, user, answered))
  return [node('usync', { ...child?.attrs }, [node('result'), node('list', {}, list)])]
}

/** Requests about who is on the network and with which devices. */
export const usyncRequests: IqTable = { 'usync get usync': usync }
