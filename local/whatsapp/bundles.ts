import { phoneBundle, preKeysLeft, takeDeviceBundle } from './accounts.ts'
import { bigEndian } from './crypto.ts'
import { unixSeconds } from './events.ts'
import { SERVER_JID } from './jid.ts'
import { type BinaryNode, bytesOf, childBytes, childOf, node } from './nodes.ts'
import { persistDevice } from './persist.ts'
import { deliver } from './queue.ts'
import type { KeyBundle } from './signal-store.ts'
import { type Endpoint, stanzaId, type World } from './world.ts'

const KEY_TYPE = Buffer.from([5])

/** The bundle of an account device, using up a one-time prekey; nothing when there is no such device. */
export function takeBundle(world: World, { phone, device }: Endpoint): KeyBundle | undefined {
  if (device === 0) return phoneBundle(phone)
  const companion = phone.devices.get(device)
  if (!companion) return undefined
  const { bundle, low } = takeDeviceBundle(companion)
  persistDevice(world, phone, companion)
  const left = preKeysLeft(companion)
  // Asked once when the stock gets low and once when it is gone, not for every bundle in between.
  if (low && bundle.preKey && (left === 9 || left === 0)) askForPreKeys(world, { phone, device })
  return bundle
}

/** Tells a companion that its prekeys run low. `from` must be the service itself, else it is taken for a contact's. */
export function askForPreKeys(world: World, { phone, device }: Endpoint): void {
  const companion = phone.devices.get(device)
  if (!companion) return
  const count = node('count', { value: Math.min(preKeysLeft(companion), 4) })
  const attrs = { from: SERVER_JID, type: 'encrypt', id: stanzaId(world), t: unixSeconds() }
  deliver(world, companion, node('notification', attrs, [count]))
}

function signedKeyNode(key: KeyBundle['signedPreKey']): BinaryNode {
  return node('skey', {}, [
    node('id', {}, bigEndian(key.id, 3)),
    node('value', {}, key.value),
    node('signature', {}, key.signature),
  ])
}

function preKeyNode(key: NonNullable<KeyBundle['preKey']>): BinaryNode {
  return node('key', {}, [node('id', {}, bigEndian(key.id, 3)), node('value', {}, key.value)])
}

/** A bundle as children of a `user` node of the key request. */
export function bundleNodes(bundle: KeyBundle): BinaryNode[] {
  return [
    node('registration', {}, bigEndian(bundle.registrationId, 4)),
    node('type', {}, KEY_TYPE),
    node('identity', {}, bundle.identity),
    signedKeyNode(bundle.signedPreKey),
    ...(bundle.preKey ? [preKeyNode(bundle.preKey)] : []),
  ]
}

/** A bundle as the `keys` child of a retry receipt. */
export function retryKeysNode(bundle: KeyBundle): BinaryNode {
  return node('keys', {}, [
    node('type', {}, KEY_TYPE),
    node('identity', {}, bundle.identity),
    ...(bundle.preKey ? [preKeyNode(bundle.preKey)] : []),
    signedKeyNode(bundle.signedPreKey),
  ])
}

/** Reads the bundle that a companion put in its retry receipt; nothing when it sent none. */
export function bundleOfRetry(receipt: BinaryNode): KeyBundle | undefined {
  const keys = childOf(receipt, 'keys')
  const signed = childOf(keys, 'skey')
  const registration = childBytes(receipt, 'registration')
  if (!keys || !signed || registration.length !== 4) return undefined
  const oneTime = childOf(keys, 'key')
  return {
    registrationId: registration.readUInt32BE(),
    identity: childBytes(keys, 'identity'),
    signedPreKey: {
      id: bytesOf(childOf(signed, 'id')).readUIntBE(0, 3),
      value: childBytes(signed, 'value'),
      signature: childBytes(signed, 'signature'),
    },
    ...(oneTime
      ? { preKey: { id: childBytes(oneTime, 'id').readUIntBE(0, 3), value: childBytes(oneTime, 'value') } }
      : {}),
  }
}
