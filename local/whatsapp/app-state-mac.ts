import { createHmac, hkdfSync } from 'node:crypto'

/** Keys that app-state key data stands for: index, value encryption, value MAC, snapshot MAC, patch MAC, 32 bytes each. */
const DERIVED_BYTES = 160
const SNAPSHOT_MAC_AT = 96

/**
 * The MAC over a collection as it is after a patch: HMAC-SHA256 of the LT-hash, the version as eight bytes and the name
 * (seen in the client's own encoder). It tells whether companion and phone agree on everything in the collection.
 */
export function snapshotMac(keyData: Buffer, hash: Uint8Array, version: number, name: string): Buffer {
  const keys = Buffer.from(hkdfSync('sha256', keyData, Buffer.alloc(32), 'WhatsApp Mutation Keys', DERIVED_BYTES))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(version))
  return createHmac('sha256', keys.subarray(SNAPSHOT_MAC_AT, SNAPSHOT_MAC_AT + 32))
    .update(hash)
    .update(counter)
    .update(name)
    .digest()
}
