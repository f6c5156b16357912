import { accountSync, changeAbout } from './account-sync.ts'
import { unixSeconds } from './events.ts'
import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { lidJid, parseJid, pnJid } from './jid.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childrenNamed, node, textOf } from './nodes.ts'
import { persistPhone } from './persist.ts'
import { accountOf } from './world.ts'

const PERSONS = ['all', 'contacts', 'contact_blacklist', 'none']

/** Values that each category takes (seen in Baileys' types and in whatsmeow's `PrivacySettingType`). */
const VALUES: Record<string, string[]> = {
  groupadd: PERSONS,
  last: PERSONS,
  status: PERSONS,
  profile: PERSONS,
  readreceipts: ['all', 'none'],
  online: ['all', 'match_last_seen'],
  calladd: ['all', 'known'],
  messages: ['all', 'contacts'],
}

/** Letters of an about text at most, as the official apps have it. */
const ABOUT_LENGTH = 139

function categories(phone: Phone, names = Object.keys(phone.privacy)): BinaryNode {
  return node(
    'privacy',
    {},
    names.map((name) => node('category', { name, value: phone.privacy[name] })),
  )
}

function setPrivacy({ world, phone, device, child }: IqRequest): IqAnswer {
  const changes = childrenNamed(child, 'category').map(({ attrs: { name = '', value = '' } }) => ({ name, value }))
  if (changes.some(({ name, value }) => !VALUES[name]?.includes(value))) throw new IqError(400, 'bad-request')
  for (const { name, value } of changes) phone.privacy[name] = value
  persistPhone(world, phone)
  const changed = categories(
    phone,
    changes.map(({ name }) => name),
  )
  accountSync(world, phone, changed, device)
  return [changed]
}

function blocked(phone: Phone): BinaryNode {
  return node(
    'list',
    {},
    [...phone.blocked].map((lid) => node('item', { jid: lidJid(lid) })),
  )
}

/** Who is blocked is named by LID; a new entry names the number beside it. */
function setBlocked({ world, phone, device, child }: IqRequest): IqAnswer {
  const { jid = '', action, pn_jid: number } = child?.attrs ?? {}
  const other = accountOf(world, parseJid(jid).user)
  if (!other) throw new IqError(404, 'item-not-found')
  if (action === 'block' && number !== pnJid(other.phone)) throw new IqError(400, 'bad-request')
  if (action === 'block') phone.blocked.add(other.lid)
  else phone.blocked.delete(other.lid)
  persistPhone(world, phone)
  accountSync(world, phone, node('blocklist', {}, [node('item', { jid: lidJid(other.lid), action })]), device)
  return [blocked(phone)]
}

function setAbout({ world, phone, child }: IqRequest): IqAnswer {
  const about = textOf(child)
  if ([...about].length > ABOUT_LENGTH) throw new IqError(406, 'not-acceptable')
  changeAbout(world, phone, about)
  persistPhone(world, phone)
  return undefined
}

function setDisappearing({ world, phone, device, child }: IqRequest): IqAnswer {
  phone.disappearing = Number(child?.attrs.duration ?? 0)
  persistPhone(world, phone)
  const change = node('disappearing_mode', { duration: phone.disappearing, t: unixSeconds() })
  accountSync(world, phone, change, device)
  return undefined
}

/** Requests about who sees what of the account, whom it blocks, and its text about itself. */
export const privacyRequests: IqTable = {
  'privacy get privacy': ({ phone }) => [categories(phone)],
  'privacy set privacy': setPrivacy,
  'blocklist get *': ({ phone }) => [blocked(phone)],
  'blocklist set item': setBlocked,
  'status set *': setAbout,
  'disappearing_mode set *': setDisappearing,
}
