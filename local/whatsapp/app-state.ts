import {
  decodeSyncdPatch,
  encodeSyncdPatch,
  proto,
  type WAPatchCreate,
  type WAPatchName,
} from '@whiskeysockets/baileys'
import { COLLECTIONS, emptyCollection } from './accounts.ts'
import { snapshotMac } from './app-state-mac.ts'
import { changeChatList, type Mutation } from './chat-state.ts'
import type { Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import { faultTarget } from './faults.ts'
import { pnJid, SERVER_JID } from './jid.ts'
import type { Collection, Phone } from './model.ts'
import { node } from './nodes.ts'
import { persistCollection, persistPhone } from './persist.ts'
import { deliver } from './queue.ts'
import { stanzaId, type World } from './world.ts'

const { SET, REMOVE } = proto.SyncdMutation.SyncdOperation

/** One entry of app state as the phone writes it. */
export interface ChatChange {
  type: WAPatchName
  index: string[]
  value: proto.ISyncActionValue
  apiVersion: number
}

/** The collection of that name; nothing for a name that does not exist. */
export function collectionOf(phone: Phone, name: string): Collection | undefined {
  if (!(COLLECTIONS as readonly string[]).includes(name)) return undefined
  const existing = phone.collections.get(name)
  if (existing) return existing
  const made = emptyCollection()
  phone.collections.set(name, made)
  return made
}

function keyOf(phone: Phone) {
  const { data, at } = phone.appStateKey
  return async () => ({ keyData: data, timestamp: at }) as proto.Message.IAppStateSyncKeyData
}

/** Tells companions that a collection changed. One that has no key yet would park the collection, so it is not told. */
function notify(world: World, phone: Phone, name: string, version: number, except?: Device): void {
  const collection = node('collection', { name, version })
  for (const device of phone.devices.values()) {
    if (device === except || !device.synced) continue
    const attrs = { from: SERVER_JID, type: 'server_sync', id: stanzaId(world), t: unixSeconds() }
    deliver(world, device, node('notification', attrs, [collection]))
  }
}

/** The phone writes one mutation. */
async function write(world: World, phone: Phone, patch: WAPatchCreate): Promise<void> {
  const collection = collectionOf(phone, patch.type)
  if (!collection) return
  const { version, hash, indexValueMap } = collection
  const keyId = phone.appStateKey.id.toString('base64')
  const encoded = await encodeSyncdPatch(patch, keyId, { version, hash, indexValueMap }, keyOf(phone))
  const bytes = proto.SyncdPatch.encode({ ...encoded.patch, version: { version: version + 1 } }).finish()
  collection.version = version + 1
  collection.hash = encoded.state.hash
  collection.indexValueMap = encoded.state.indexValueMap as Collection['indexValueMap']
  collection.patches.push(bytes)
  persistCollection(world, phone, patch.type)
  notify(world, phone, patch.type, collection.version)
}

function patchOf(
  type: WAPatchName,
  index: string[],
  syncAction: proto.ISyncActionValue,
  apiVersion: number,
): WAPatchCreate {
  return {
    type,
    index,
    syncAction: { ...syncAction, timestamp: Date.now() },
    apiVersion,
    operation: SET,
  } as WAPatchCreate
}

/** Puts the push name of the phone into app state. */
export async function writePushName(world: World, phone: Phone): Promise<void> {
  await write(
    world,
    phone,
    patchOf('critical_block', ['setting_pushName'], { pushNameSetting: { name: phone.name } }, 1),
  )
}

/** Puts a contact of the phone into app state. */
export async function writeContact(world: World, phone: Phone, number: string): Promise<void> {
  const contact = phone.contacts.get(number)
  if (!contact) return
  const lid = world.phones.get(number)?.lid
  const action = {
    fullName: contact.name,
    firstName: contact.name.split(' ')[0],
    ...(lid ? { lidJid: `${lid}@lid` } : {}),
    saveOnPrimaryAddressbook: true,
  }
  await write(world, phone, patchOf('critical_unblock_low', ['contact', pnJid(number)], { contactAction: action }, 2))
}

/** Writes what a new companion must find, once per account. */
export async function seedAppState(world: World, phone: Phone): Promise<void> {
  if (phone.collections.get('critical_block')?.version) return
  await writePushName(world, phone)
  for (const number of phone.contacts.keys()) await writeContact(world, phone, number)
}

/** What the phone learns from a change that a companion made. */
function learn(world: World, phone: Phone, mutation: Mutation): void {
  const { index, value, removed } = mutation
  const name = value.pushNameSetting?.name
  if (name) phone.name = name
  const number = index[0] === 'contact' ? index[1]?.split('@')[0] : undefined
  if (number && removed) phone.contacts.delete(number)
  else if (number && value.contactAction) {
    phone.contacts.set(number, { phone: number, name: value.contactAction.fullName ?? number })
  }
  if (!changeChatList(world, phone, mutation)) persistPhone(world, phone)
  world.hub.emit({ type: 'app-state', phone: phone.phone, data: { index, value } })
}

/** What becomes of a patch: stored, made on an old version, or not what it should be. */
export type PatchOutcome = 'taken' | 'stale' | 'invalid'

/** Decrypts a patch and checks every MAC in it. Nothing when one of them does not hold. */
async function open(
  phone: Phone,
  name: string,
  collection: Collection,
  patch: proto.ISyncdPatch,
): Promise<{ hash: Buffer; indexValueMap: Collection['indexValueMap']; mutations: Mutation[] } | undefined> {
  const { version, hash, indexValueMap } = collection
  const mutations: Mutation[] = []
  const note: Parameters<typeof decodeSyncdPatch>[4] = ({ index, syncAction }) => {
    const operation = patch.mutations?.[mutations.length]?.operation
    mutations.push({ index: index as string[], value: syncAction.value ?? {}, removed: operation === REMOVE })
  }
  try {
    const state = { version, hash, indexValueMap }
    const next = await decodeSyncdPatch(patch, name as WAPatchName, state, keyOf(phone), note, true)
    const expected = snapshotMac(phone.appStateKey.data, next.hash, version + 1, name)
    // A mutation that cannot be opened is left out by the decoder without a word.
    if (mutations.length !== patch.mutations?.length || !expected.equals(patch.snapshotMac ?? Buffer.alloc(0))) return
    return {
      hash: Buffer.from(next.hash),
      indexValueMap: next.indexValueMap as Collection['indexValueMap'],
      mutations,
    }
  } catch {
    return undefined
  }
}

/**
 * A companion uploads a patch. One that was made on an old version is not taken; the companion then gets the patches it lacks.
 * It is decrypted as the phone would, so that the hash state stays in step for later writes. To be called in the phone's queue.
 */
export async function takePatch(
  world: World,
  device: Device,
  name: string,
  version: number,
  bytes: Buffer,
): Promise<PatchOutcome> {
  const phone = world.phones.get(device.phone)
  const collection = phone && collectionOf(phone, name)
  if (!phone || !collection) return 'invalid'
  if (world.faults.take('app-state-conflict', faultTarget(device))) await meddle(world, phone, name as WAPatchName)
  if (collection.version !== version) return 'stale'
  const patch: proto.ISyncdPatch = { ...proto.SyncdPatch.decode(bytes), version: { version: version + 1 } }
  const next = await open(phone, name, collection, patch)
  if (!next) return 'invalid'
  collection.version = version + 1
  collection.hash = next.hash
  collection.indexValueMap = next.indexValueMap
  collection.patches.push(proto.SyncdPatch.encode(patch).finish())
  persistCollection(world, phone, name)
  for (const mutation of next.mutations) learn(world, phone, mutation)
  notify(world, phone, name, collection.version, device)
  return 'taken'
}

/** The phone writes something meaningless first, so that what a companion sends is made on an old version. */
async function meddle(world: World, phone: Phone, name: WAPatchName): Promise<void> {
  await write(world, phone, patchOf(name, ['sentinel'], { keyExpiration: { expiredKeyEpoch: 0 } }, 1))
}

/** The person changes something in the chat list. To be called in the phone's queue. */
export async function writeChatChange(world: World, phone: Phone, change: ChatChange): Promise<void> {
  const { type, index, value, apiVersion } = change
  await write(world, phone, patchOf(type, index, value, apiVersion))
  changeChatList(world, phone, { index, value, removed: false })
}
