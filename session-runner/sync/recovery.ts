import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type ChatMutation, type LTHashState, proto, type WAPatchName } from '@whiskeysockets/baileys'
import { fieldsOf } from '../history/fields.ts'
import type { InboundDevice } from '../inbound/attach.ts'
import { announceSynchronised } from './announce.ts'
import { applyWhole } from './apply.ts'
import { indexMac } from './mutation-keys.ts'

const unzip = promisify(gunzip)

/** Bytes of an unpacked collection at most. */
const LARGEST = 64 * 1024 * 1024
const HASH_BYTES = 128

/** One entry as the phone has it: the action, the key it was encrypted under, and the MAC of its value. */
type Entry = { value: proto.ISyncActionData; keyId: Uint8Array; mac: Uint8Array }

/** The phone's own copy of a collection. */
type Copy = { name: WAPatchName; version: number; hash: Uint8Array; entries: Entry[] }

type Response = { collectionSnapshot?: Uint8Array | null; isCompressed?: boolean | null }

/** Whether a message of the phone is its answer to a request for a collection. */
export const recoveryIn = (message: proto.IMessage): Response | undefined =>
  message.protocolMessage?.peerDataOperationRequestResponseMessage?.peerDataOperationResult?.find(
    ({ syncdSnapshotFatalRecoveryResponse: found }) => found,
  )?.syncdSnapshotFatalRecoveryResponse ?? undefined

const bytesOf = (value: Uint8Array | number): Uint8Array => (typeof value === 'number' ? new Uint8Array() : value)

/** Fields of `SyncdSnapshotRecovery`, which Baileys' schema lacks (numbers as in whatsmeow's `waSyncdSnapshotRecovery`). */
const readCopy = (bytes: Uint8Array): Copy => {
  const copy: Copy = { name: 'regular', version: 0, hash: new Uint8Array(), entries: [] }
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1)
      copy.version = Number([...fieldsOf(bytesOf(value))].find((field) => field.number === 1)?.value ?? 0)
    if (number === 2) copy.name = Buffer.from(bytesOf(value)).toString('utf8') as WAPatchName
    if (number === 3) copy.entries.push(readEntry(bytesOf(value)))
    if (number === 4) copy.hash = bytesOf(value)
  }
  if (copy.hash.length !== HASH_BYTES) throw new Error('the copy has no hash')
  return copy
}

const readEntry = (bytes: Uint8Array): Entry => {
  const entry: Entry = { value: {}, keyId: new Uint8Array(), mac: new Uint8Array() }
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1) entry.value = proto.SyncActionData.decode(bytesOf(value))
    if (number === 2) entry.keyId = bytesOf(value)
    if (number === 3) entry.mac = bytesOf(value)
  }
  return entry
}

/**
 * Takes the phone's copy of a collection in place of the one that could not be read. An older one than ours is left alone. Throws
 * when it cannot be read, or was made with a key that the phone has not shared.
 */
export const takeRecovery = async (inbound: InboundDevice, response: Response): Promise<void> => {
  const socket = inbound.socket()
  const packed = Buffer.from(response.collectionSnapshot ?? [])
  if (!socket || packed.length === 0) return
  const copy = readCopy(response.isCompressed ? await unzip(packed, { maxOutputLength: LARGEST }) : packed)
  const { keys } = socket.authState
  const isTaken = await keys.transaction(async () => {
    const known: LTHashState | undefined = (await keys.get('app-state-sync-version', [copy.name]))[copy.name]
    if (known && known.version > copy.version) return false
    const indexValueMap: LTHashState['indexValueMap'] = {}
    for (const { value, keyId, mac } of copy.entries) {
      const id = Buffer.from(keyId).toString('base64')
      const key = (await keys.get('app-state-sync-key', [id]))[id]
      if (!key?.keyData) throw new Error('the phone has not shared the key of the collection')
      const at = indexMac(key.keyData, value.index ?? new Uint8Array()).toString('base64')
      indexValueMap[at] = { valueMac: mac }
    }
    const state = { version: copy.version, hash: Buffer.from(copy.hash), indexValueMap }
    await keys.set({ 'app-state-sync-version': { [copy.name]: state } })
    return true
  }, inbound.auth.creds.me?.id ?? 'app-state')
  if (!isTaken) return
  await applyWhole(inbound, copy.entries.map(toMutation), { isPart: true })
  await announceSynchronised(inbound, [{ collection: copy.name, version: copy.version, recovery: true }])
}

const toMutation = ({ value }: Entry): ChatMutation => ({
  syncAction: value,
  index: JSON.parse(Buffer.from(value.index ?? []).toString('utf8')) as ChatMutation['index'],
})
