import { gzipSync } from 'node:zlib'
import { decodeSyncdPatch, newLTHashState, proto, type WAPatchName } from '@whiskeysockets/baileys'
import { collectionOf } from './app-state.ts'
import type { Collection, Phone } from './model.ts'
import { sendPeer } from './peer-send.ts'
import type { Endpoint, World } from './world.ts'

const { REMOVE } = proto.SyncdMutation.SyncdOperation
const { COMPANION_SYNCD_SNAPSHOT_FATAL_RECOVERY } = proto.Message.PeerDataOperationRequestType

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return Buffer.from([...bytes, rest])
}

function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])
}

interface Entry {
  value: Uint8Array
  mac: Uint8Array
}

/** The entries that a collection holds now, decrypted. */
async function entriesOf(phone: Phone, name: string, collection: Collection): Promise<Entry[]> {
  const { data, at } = phone.appStateKey
  const keyOf = async () => ({ keyData: data, timestamp: at }) as proto.Message.IAppStateSyncKeyData
  const found = new Map<string, Entry>()
  let state = newLTHashState()
  for (const [version, bytes] of collection.patches.entries()) {
    const patch = { ...proto.SyncdPatch.decode(bytes), version: { version: version + 1 } }
    const mutations = patch.mutations ?? []
    let order = 0
    const note: Parameters<typeof decodeSyncdPatch>[4] = ({ index, syncAction }) => {
      const mutation = mutations[order]
      order += 1
      const mac = mutation?.record?.value?.blob?.subarray(-32) ?? new Uint8Array()
      if (mutation?.operation === REMOVE) found.delete(String(index))
      else found.set(String(index), { value: proto.SyncActionData.encode(syncAction).finish(), mac })
    }
    const next = await decodeSyncdPatch(patch, name as WAPatchName, state, keyOf, note, true)
    state = { version: version + 1, ...next }
  }
  return [...found.values()]
}

/**
 * The phone sends its own, unencrypted copy of a collection to a companion that cannot read it. The schema is not in the client's
 * (`SyncdSnapshotRecovery`: version 1, name 2, records 3 with value 1, key id 2 and MAC 3, LT-hash 4; as in whatsmeow).
 */
export async function answerCopy(
  world: World,
  asker: Endpoint,
  request: { collectionName?: string | null },
  stanzaId: string,
): Promise<void> {
  const { phone } = asker
  const name = request.collectionName ?? ''
  const collection = collectionOf(phone, name)
  if (!collection) return
  const records = (await entriesOf(phone, name, collection)).map(({ value, mac }) =>
    bytesField(3, Buffer.concat([bytesField(1, value), bytesField(2, phone.appStateKey.id), bytesField(3, mac)])),
  )
  const copy = Buffer.concat([
    bytesField(1, numberField(1, collection.version)),
    bytesField(2, Buffer.from(name)),
    ...records,
    bytesField(4, collection.hash),
  ])
  await sendPeer(world, asker, {
    type: proto.Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
    peerDataOperationRequestResponseMessage: {
      peerDataOperationRequestType: COMPANION_SYNCD_SNAPSHOT_FATAL_RECOVERY,
      stanzaId,
      peerDataOperationResult: [
        { syncdSnapshotFatalRecoveryResponse: { collectionSnapshot: gzipSync(copy), isCompressed: true } },
      ],
    },
  })
}
