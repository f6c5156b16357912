import { randomBytes } from 'node:crypto'
import { proto } from '@whiskeysockets/baileys'
import type { BusinessFacts } from './business-facts.ts'
import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { parseJid, pnJid } from './jid.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childOf, node } from './nodes.ts'
import { persistPhone } from './persist.ts'
import { accountOf, type World } from './world.ts'

/** The certificate of the name. Its signature is not made: clients only read the name. */
export function verifiedName(phone: Phone): BinaryNode | undefined {
  if (!phone.business) return undefined
  const { VerifiedNameCertificate } = proto
  const details = VerifiedNameCertificate.Details.encode({
    serial: 1,
    issuer: 'smb:wa',
    verifiedName: phone.business.verifiedName,
  }).finish()
  const certificate = VerifiedNameCertificate.encode({ details, signature: new Uint8Array(64) }).finish()
  return node('business', {}, [node('verified_name', { v: 2 }, Buffer.from(certificate))])
}

const textNode = (tag: string, text: string | undefined): BinaryNode[] =>
  text === undefined ? [] : [node(tag, {}, Buffer.from(text))]

function profileOf(phone: Phone, business: BusinessFacts): BinaryNode {
  const { categories, options, timezone, hours } = business
  return node('profile', { jid: pnJid(phone.phone), tag: '1' }, [
    ...textNode('address', business.address),
    ...textNode('description', business.description),
    ...business.websites.flatMap((website) => textNode('website', website)),
    ...textNode('email', business.email),
    node(
      'categories',
      {},
      categories.map(({ id, name }) => node('category', { id }, Buffer.from(name))),
    ),
    node(
      'profile_options',
      {},
      Object.entries(options).map(([name, value]) => node(name, {}, Buffer.from(value))),
    ),
    node(
      'business_hours',
      { timezone },
      hours.map(({ day, mode, opens, closes }) =>
        node('business_hours_config', { day_of_week: day, mode, open_time: opens, close_time: closes }),
      ),
    ),
  ])
}

function businessProfile({ world, child }: IqRequest): IqAnswer {
  const asked = childOf(child, 'profile')?.attrs.jid ?? ''
  const phone = accountOf(world, parseJid(asked).user)
  return [node('business_profile', { v: 244 }, phone?.business ? [profileOf(phone, phone.business)] : [])]
}

/** A code as contact links have it. */
function newCode(): string {
  return randomBytes(8).toString('hex').toUpperCase().slice(0, 14)
}

function ownLink({ world, phone, child }: IqRequest): IqAnswer {
  if (child?.attrs.action === 'revoke' || !phone.contactCode) {
    phone.contactCode = newCode()
    persistPhone(world, phone)
  }
  return [node('qr', { code: phone.contactCode, type: 'contact' })]
}

function ownerOfCode(world: World, code: string): Phone | undefined {
  return [...world.phones.values()].find(
    ({ business, contactCode }) => contactCode === code || business?.messageLink?.code === code,
  )
}

/** Whom a link leads to: a message link of a business, or anybody's contact link. */
function resolveLink({ world, child }: IqRequest): IqAnswer {
  const code = child?.attrs.code ?? ''
  const phone = ownerOfCode(world, code)
  if (!phone) throw new IqError(404, 'item-not-found')
  const { business } = phone
  const message = business?.messageLink?.code === code ? business.messageLink.message : undefined
  const name = business && node('business', { is_signed: 'true', verified_name: business.verifiedName })
  return [
    node('qr', { jid: pnJid(phone.phone), notify: phone.name, type: message === undefined ? 'contact' : 'message' }, [
      ...(name ? [name] : []),
      ...textNode('message', message),
    ]),
  ]
}

/** Requests about businesses and about the links that lead to accounts. */
export const businessRequests: IqTable = {
  'w:biz get business_profile': businessProfile,
  'w:qr get qr': resolveLink,
  'w:qr set qr': ownLink,
}
