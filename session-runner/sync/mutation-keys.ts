import { createHmac, hkdfSync } from 'node:crypto'

/** Keys that app-state key data stands for: index, value encryption, value MAC, snapshot MAC, patch MAC, 32 bytes each. */
const DERIVED_BYTES = 160
const KEY_BYTES = 32
const SNAPSHOT_MAC_AT = 96

const derived = (keyData: Uint8Array, at: number): Buffer =>
  Buffer.from(hkdfSync('sha256', keyData, Buffer.alloc(KEY_BYTES), 'WhatsApp Mutation Keys', DERIVED_BYTES)).subarray(
    at,
    at + KEY_BYTES,
  )

/** The MAC under which an entry of app state is known: HMAC-SHA256 of its index (seen in Baileys' `encodeSyncdPatch`). */
export const indexMac = (keyData: Uint8Array, index: Uint8Array): Buffer =>
  createHmac('sha256', derived(keyData, 0)).update(index).digest()

/**
 * The MAC over a whole collection: HMAC-SHA256 of its LT-hash, its version as eight bytes and its name (seen in Baileys'
 * `generateSnapshotMac`). It tells whether companion and phone agree on every entry.
 */
export const snapshotMac = (
  keyData: Uint8Array,
  state: { hash: Uint8Array; version: number },
  name: string,
): Buffer => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(state.version))
  return createHmac('sha256', derived(keyData, SNAPSHOT_MAC_AT))
    .update(state.hash)
    .update(counter)
    .update(name)
    .digest()
}
