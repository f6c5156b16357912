import type { Device } from './companion.ts'
import { bigEndian, newKeyPair, random, sign, withKeyType } from './crypto.ts'
import type { Collection, Phone } from './model.ts'
import { persistPhone, persistSession } from './persist.ts'
import { type KeyBundle, type PhoneKeys, SignalStore } from './signal-store.ts'
import type { World } from './world.ts'

/** Names of the app-state collections. */
export const COLLECTIONS = ['critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular'] as const

const DEFAULT_PRIVACY = {
  readreceipts: 'all',
  profile: 'all',
  status: 'all',
  online: 'all',
  last: 'all',
  groupadd: 'all',
  calladd: 'all',
  messages: 'all',
}

const PRE_KEY_BYTES = 35
const LOW_PRE_KEYS = 10

/** A collection nobody wrote to yet. */
export function emptyCollection(): Collection {
  return { version: 0, patches: [], hash: Buffer.alloc(128), indexValueMap: {} }
}

/** Long-term keys of a WhatsApp that was just installed. */
export function newPhoneKeys(): PhoneKeys {
  const identity = newKeyPair()
  const pair = newKeyPair()
  return {
    identity,
    registrationId: random(2).readUInt16BE() & 0x3fff,
    signedPreKey: { id: 1, pair, signature: sign(identity.private, withKeyType(pair.public)) },
  }
}

/** A LID that looks like the real ones, 15 digits, derived from nothing. */
function newLid(world: World): string {
  for (;;) {
    const lid = `1${(random(6).readUIntBE(0, 6) % 100_000_000_000_000).toString().padStart(14, '0')}`
    if (!world.lids.has(lid)) return lid
  }
}

/** What a caller may choose about a new phone. */
export interface PhoneOptions {
  name?: string
  online?: boolean
  autoRead?: boolean
  contacts?: { phone: string; name: string }[]
}

/** A phone value with everything empty; shared by creating and loading. */
export function blankPhone(world: World, phone: string, lid: string, keys: PhoneKeys): Phone {
  const made: Phone = {
    phone,
    lid,
    name: `Phone ${phone.slice(-4)}`,
    online: true,
    autoRead: false,
    about: 'Hey there! I am using WhatsApp.',
    aboutAt: 0,
    disappearing: 0,
    createdAt: Date.now(),
    keys,
    advKeyIndex: 0,
    signal: new SignalStore(keys, (address) => persistSession(world, made, address)),
    ownSenderKeys: new Map(),
    senderKeys: new Map(),
    devices: new Map(),
    nextDevice: 1,
    contacts: new Map(),
    messages: new Map(),
    inbox: [],
    work: Promise.resolve(),
    blocked: new Set(),
    privacy: { ...DEFAULT_PRIVACY },
    appStateKey: { id: Buffer.concat([bigEndian(1, 2), random(4)]), data: random(32), at: Date.now() },
    collections: new Map(COLLECTIONS.map((name) => [name, emptyCollection()])),
    chats: new Map(),
    labels: new Map(),
    presenceSubscribers: new Set(),
    tokensSent: new Map(),
    available: false,
    lastSeen: Math.floor(Date.now() / 1000),
  }
  return made
}

/** Registers a number with a fresh identity and LID. */
export function createPhone(world: World, number: string, options: PhoneOptions): Phone {
  const phone = blankPhone(world, number, newLid(world), newPhoneKeys())
  if (options.name !== undefined) phone.name = options.name
  phone.online = options.online ?? true
  phone.autoRead = options.autoRead ?? false
  for (const contact of options.contacts ?? []) phone.contacts.set(contact.phone, contact)
  world.phones.set(number, phone)
  world.lids.set(phone.lid, phone)
  persistPhone(world, phone)
  world.hub.emit({ type: 'phone.created', phone: number })
  return phone
}

/** How many one-time prekeys a companion still has here. */
export function preKeysLeft(device: Device): number {
  return device.preKeys.length / PRE_KEY_BYTES - device.preKeysTaken
}

/** Takes all but a few prekeys away, as many new conversations would. */
export function usePreKeys(device: Device, left: number): void {
  device.preKeysTaken += Math.max(0, preKeysLeft(device) - left)
}

/** Adds uploaded prekeys; taken ones are forgotten on this occasion. */
export function addPreKeys(device: Device, keys: { id: Buffer; value: Buffer }[]): void {
  const fresh = keys.map(({ id, value }) => Buffer.concat([id, value]))
  device.preKeys = Buffer.concat([device.preKeys.subarray(device.preKeysTaken * PRE_KEY_BYTES), ...fresh])
  device.preKeysTaken = 0
}

/** The bundle of a companion, using up one prekey. `low` is set when the stock fell to where more are asked for. */
export function takeDeviceBundle(device: Device): { bundle: KeyBundle; low: boolean } {
  const bundle: KeyBundle = {
    registrationId: device.registrationId,
    identity: device.identityPublic,
    signedPreKey: device.signedPreKey,
  }
  if (preKeysLeft(device) === 0) return { bundle, low: true }
  const at = device.preKeysTaken * PRE_KEY_BYTES
  device.preKeysTaken += 1
  bundle.preKey = { id: device.preKeys.readUIntBE(at, 3), value: device.preKeys.subarray(at + 3, at + PRE_KEY_BYTES) }
  return { bundle, low: preKeysLeft(device) < LOW_PRE_KEYS }
}

/** The bundle of a phone. It offers no one-time prekey, which the protocol allows. */
export function phoneBundle(phone: Phone): KeyBundle {
  const { identity, registrationId, signedPreKey } = phone.keys
  return {
    registrationId,
    identity: identity.public,
    signedPreKey: { id: signedPreKey.id, value: signedPreKey.pair.public, signature: signedPreKey.signature },
  }
}
