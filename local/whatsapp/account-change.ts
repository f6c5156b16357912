import { accountSync, changeAbout } from './account-sync.ts'
import type { BusinessFacts } from './business-facts.ts'
import { unixSeconds } from './events.ts'
import { lidJid, phoneDigits } from './jid.ts'
import type { Phone } from './model.ts'
import { node } from './nodes.ts'
import type { World } from './world.ts'

/** What a person changes in the settings of the account; what is absent stays. */
export interface AccountChange {
  about?: string
  /** Settings by WhatsApp's names, as `groupadd`, with its values. */
  privacy?: Record<string, string>
  /** Numbers that are blocked from now on; nobody else is. */
  blocked?: string[]
  /** Seconds after which messages of new chats disappear; 0 never. */
  disappearing?: number
  /** Makes the account a business's. */
  business?: BusinessFacts
}

function changeBlocked(world: World, phone: Phone, numbers: string[]): void {
  const wanted = new Set(numbers.flatMap((number) => world.phones.get(phoneDigits(number))?.lid ?? []))
  const items = [
    ...[...wanted].filter((lid) => !phone.blocked.has(lid)).map((lid) => ({ lid, action: 'block' })),
    ...[...phone.blocked].filter((lid) => !wanted.has(lid)).map((lid) => ({ lid, action: 'unblock' })),
  ]
  phone.blocked = wanted
  if (items.length === 0) return
  const nodes = items.map(({ lid, action }) => node('item', { jid: lidJid(lid), action }))
  accountSync(world, phone, node('blocklist', {}, nodes))
}

/** The person changes settings of the account; linked companions are told. */
export function changeAccount(world: World, phone: Phone, change: AccountChange): void {
  const { about, privacy, blocked, disappearing, business } = change
  if (about !== undefined) changeAbout(world, phone, about)
  if (business !== undefined) phone.business = business
  if (blocked !== undefined) changeBlocked(world, phone, blocked)
  if (privacy !== undefined) {
    Object.assign(phone.privacy, privacy)
    const categories = Object.entries(privacy).map(([name, value]) => node('category', { name, value }))
    accountSync(world, phone, node('privacy', {}, categories))
  }
  if (disappearing !== undefined) {
    phone.disappearing = disappearing
    accountSync(world, phone, node('disappearing_mode', { duration: disappearing, t: unixSeconds() }))
  }
}
