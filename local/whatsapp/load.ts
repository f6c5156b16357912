import { decodeBinaryNode } from '@whiskeysockets/baileys'
import { blankPhone } from './accounts.ts'
import type { ServiceKeys } from './certificate.ts'
import type { Device } from './companion.ts'
import type { Journal } from './journal.ts'
import type { Phone, PhoneMessage } from './model.ts'
import { loadNewsletter, loadNotices } from './persist-newsletters.ts'
import { restorePending } from './queue.ts'
import {
  storedChats,
  storedCollection,
  storedDevice,
  storedGroup,
  storedInbox,
  storedMessage,
  storedPhone,
  storedPort,
  storedPreKeys,
  storedSenderKeys,
  storedService,
  storedSession,
  storedStanza,
} from './stored.ts'
import type { World } from './world.ts'

/** Keys of the service as an earlier run left them. */
export function loadServiceKeys(journal: Journal): ServiceKeys | undefined {
  const stored = journal.loaded.get('service')
  return stored === undefined ? undefined : storedService.parse(stored)
}

/** The main port of the last run: media addresses in messages name it. */
export function loadPort(journal: Journal): number | undefined {
  const stored = journal.loaded.get('port')
  return stored === undefined ? undefined : storedPort.parse(stored)
}

/** Puts one kind of entry back. `rest` is the key after its kind. */
type Loader = (world: World, rest: string[], value: unknown) => void | Promise<void>

function loadPhone(world: World, _rest: string[], value: unknown): void {
  const { phone, lid, keys, contacts, blocked, ...rest } = storedPhone.parse(value)
  const made: Phone = Object.assign(blankPhone(world, phone, lid, keys), rest)
  made.contacts = new Map(contacts.map((contact) => [contact.phone, contact]))
  made.blocked = new Set(blocked)
  world.phones.set(phone, made)
  world.lids.set(lid, made)
}

function loadDevice(world: World, [number = '']: string[], value: unknown): void {
  const stored = storedDevice.parse(value)
  const device: Device = {
    ...stored,
    preKeys: Buffer.alloc(0),
    available: false,
    pending: new Map(),
    pendingByKey: new Map(),
    framesIn: 0,
    framesOut: 0,
  }
  world.phones.get(number)?.devices.set(device.id, device)
}

function deviceOf(world: World, number: string | undefined, id: string | undefined): Device | undefined {
  return world.phones.get(number ?? '')?.devices.get(Number(id))
}

function loadPreKeys(world: World, [number, id]: string[], value: unknown): void {
  const device = deviceOf(world, number, id)
  if (device) device.preKeys = storedPreKeys.parse(value)
}

async function loadStanza(world: World, [number, id, seq]: string[], value: unknown): Promise<void> {
  const device = deviceOf(world, number, id)
  const { key, stanza } = storedStanza.parse(value)
  world.nextSeq = Math.max(world.nextSeq, Number(seq) + 1)
  if (device) restorePending(device, Number(seq), key, await decodeBinaryNode(stanza))
}

async function loadInbox(world: World, [number = '']: string[], value: unknown): Promise<void> {
  const phone = world.phones.get(number)
  for (const bytes of storedInbox.parse(value)) phone?.inbox.push(await decodeBinaryNode(bytes))
}

/** After a kill the copy may be older than what the peer has seen, so the next message there starts a new session. */
function loadSession(world: World, [number = '', address = '']: string[], value: unknown): void {
  const stale = !world.journal.cleanStart
  world.phones.get(number)?.signal.restore(address, storedSession.parse(value), stale)
}

function loadMessage(world: World, [number = '', ...key]: string[], value: unknown): void {
  const stored = storedMessage.parse(value)
  const view = stored.view as unknown as PhoneMessage
  world.phones.get(number)?.messages.set(key.join('/'), { ...stored, view })
}

function loadGroup(world: World, _rest: string[], value: unknown): void {
  const stored = storedGroup.parse(value)
  const members = new Map(stored.members.map((member) => [member.phone, member]))
  world.groups.set(stored.id, { ...stored, members, requests: new Map(stored.requests) })
}

function loadSenderKeys(world: World, [number = '', group = '']: string[], value: unknown): void {
  const phone = world.phones.get(number)
  const { own, theirs } = storedSenderKeys.parse(value)
  // An own key that may be behind is not used again: a new one is made and shared at the next message.
  if (own && world.journal.cleanStart) phone?.ownSenderKeys.set(group, own)
  for (const { key, states } of theirs) phone?.senderKeys.set(key, states)
}

function loadCollection(world: World, [number = '', name = '']: string[], value: unknown): void {
  world.phones.get(number)?.collections.set(name, storedCollection.parse(value))
}

function loadChats(world: World, [number = '']: string[], value: unknown): void {
  const { chats, labels } = storedChats.parse(value)
  const phone = world.phones.get(number)
  for (const chat of chats) phone?.chats.set(chat.chat, chat)
  for (const label of labels) phone?.labels.set(label.id, label)
}

/** In this order, because later kinds hang on earlier ones. */
const LOADERS: [string, Loader][] = [
  ['phone', loadPhone],
  ['device', loadDevice],
  ['prekeys', loadPreKeys],
  ['group', loadGroup],
  ['newsletter', loadNewsletter],
  ['notices', loadNotices],
  ['session', loadSession],
  ['senderkeys', loadSenderKeys],
  ['appstate', loadCollection],
  ['chats', loadChats],
  ['message', loadMessage],
  ['queue', loadStanza],
  ['inbox', loadInbox],
]

function ordered(kind: string, entries: [string, unknown][]): [string, unknown][] {
  if (kind !== 'queue') return entries
  const seq = (key: string): number => Number(key.slice(key.lastIndexOf('/') + 1))
  return entries.sort(([a], [b]) => seq(a) - seq(b))
}

/** Puts everything an earlier run left back. */
export async function loadWorld(world: World): Promise<void> {
  for (const [kind, loader] of LOADERS) {
    const prefix = `${kind}/`
    const entries = [...world.journal.loaded].filter(([key]) => key.startsWith(prefix))
    for (const [key, value] of ordered(kind, entries)) await loader(world, key.slice(prefix.length).split('/'), value)
  }
  world.journal.forget()
}
