import { type BinaryNode, bytesOf, node } from './nodes.ts'
import type { Endpoint, World } from './world.ts'

function targetOf({ phone, device }: Endpoint): { phone: string; device: number } {
  return { phone: phone.phone, device }
}

/** The message as it goes to a companion unencrypted, when the fault for that is set. Padding belongs to the encryption. */
export function unencrypted(world: World, target: Endpoint, padded: Buffer): BinaryNode | undefined {
  if (target.device === 0 || !world.faults.take('device-plaintext', targetOf(target))) return undefined
  return node('plaintext', {}, padded.subarray(0, padded.length - (padded.at(-1) ?? 0)))
}

/**
 * The encrypted bodies for a device, damaged when the fault for it is set: one bit of the authentication code is
 * flipped, so the receiver's session stays intact but this message cannot be opened. Another fault names an encryption that clients do
 * not know.
 */
export function damaged(world: World, target: Endpoint, bodies: BinaryNode[]): BinaryNode[] {
  if (bodies.length === 0 || target.device === 0) return bodies
  const struck = targetOf(target)
  if (world.faults.take('device-cannot-know', struck)) {
    return bodies.map((enc) => ({ ...enc, attrs: { ...enc.attrs, type: 'msmsg' } }))
  }
  if (!world.faults.take('device-cannot-decrypt', struck)) return bodies
  return bodies.map((enc) => {
    const bytes = Buffer.from(bytesOf(enc))
    bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)
    return { ...enc, content: bytes }
  })
}
