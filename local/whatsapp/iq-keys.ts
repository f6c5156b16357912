import { addPreKeys, preKeysLeft } from './accounts.ts'
import { bundleNodes, takeBundle } from './bundles.ts'
import type { Device } from './companion.ts'
import { bigEndian, sha256 } from './crypto.ts'
import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { parseJid } from './jid.ts'
import { type BinaryNode, childBytes, childOf, childrenNamed, node } from './nodes.ts'
import { persistDevice, persistPreKeys } from './persist.ts'
import { accountOf } from './world.ts'

function takeSignedKey(device: Device, skey: BinaryNode | undefined): void {
  if (!skey) throw new IqError(400, 'bad-request')
  device.signedPreKey = {
    id: childBytes(skey, 'id').readUIntBE(0, 3),
    value: childBytes(skey, 'value'),
    signature: childBytes(skey, 'signature'),
  }
}

function upload({ world, phone, device, iq }: IqRequest): IqAnswer {
  const keys = childrenNamed(childOf(iq, 'list'), 'key').map((key) => ({
    id: childBytes(key, 'id'),
    value: childBytes(key, 'value'),
  }))
  if (keys.some(({ id, value }) => id.length !== 3 || value.length !== 32)) throw new IqError(406, 'not-acceptable')
  takeSignedKey(device, childOf(iq, 'skey'))
  device.registrationId = childBytes(iq, 'registration').readUInt32BE()
  addPreKeys(device, keys)
  persistPreKeys(world, phone, device)
  return undefined
}

function rotate({ world, phone, device, child }: IqRequest): IqAnswer {
  takeSignedKey(device, childOf(child, 'skey'))
  persistDevice(world, phone, device)
  return undefined
}

function digest({ device }: IqRequest): IqAnswer {
  return [
    node('digest', {}, [
      node('registration', {}, bigEndian(device.registrationId, 4)),
      node('type', {}, Buffer.from([5])),
      node('identity', {}, device.identityPublic),
      node('hash', {}, sha256(device.preKeys).subarray(0, 20)),
    ]),
  ]
}

function fetchBundles({ world, child }: IqRequest): IqAnswer {
  const users = childrenNamed(child, 'user').map(({ attrs: { jid = '' } }) => {
    const { user, device } = parseJid(jid)
    const phone = accountOf(world, user)
    const bundle = phone && takeBundle(world, { phone, device })
    if (!bundle) return node('user', { jid }, [node('error', { code: 404, text: 'item-not-found' })])
    return node('user', { jid }, bundleNodes(bundle))
  })
  return [node('list', {}, users)]
}

/** Requests about Signal keys. */
export const keyRequests: IqTable = {
  'encrypt get count': ({ device }) => [node('count', { value: preKeysLeft(device) })],
  'encrypt get digest': digest,
  'encrypt get key': fetchBundles,
  'encrypt set registration': upload,
  'encrypt set rotate': rotate,
}
