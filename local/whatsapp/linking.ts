import { proto } from '@whiskeysockets/baileys'
import type { Device, PairingOffer } from './companion.ts'
import { hmac, random, sign, verify } from './crypto.ts'
import { announceDevices } from './device-list.ts'
import { unixSeconds } from './events.ts'
import { faultTarget } from './faults.ts'
import { lidJid, pnJid, SERVER_JID } from './jid.ts'
import type { Phone } from './model.ts'
import type { BinaryNode } from './nodes.ts'
import { childBytes, childOf, node } from './nodes.ts'
import { persistDevice, persistPhone } from './persist.ts'
import { stanzaId, type World } from './world.ts'

const ACCOUNT_SIGNATURE_PREFIX = Buffer.from([6, 0])
const DEVICE_SIGNATURE_PREFIX = Buffer.from([6, 1])
const FIRST_RESERVED_DEVICE = 99

/** The number of a new companion. 99 stands for hosted devices and is left out. */
function nextDeviceId(phone: Phone): number {
  for (;;) {
    const id = phone.nextDevice
    phone.nextDevice = (id % (FIRST_RESERVED_DEVICE - 1)) + 1
    if (!phone.devices.has(id)) return id
  }
}

function blankDevice(phone: Phone, id: number, offer: PairingOffer): Device {
  const registration = offer.registration
  const props = proto.DeviceProps.decode(registration.deviceProps ?? new Uint8Array())
  return {
    id,
    phone: phone.phone,
    noisePublic: offer.noisePublic,
    identityPublic: Buffer.from(registration.eIdent ?? []),
    registrationId: Buffer.from(registration.eRegid ?? []).readUInt32BE(),
    signedPreKey: {
      id: Buffer.from(registration.eSkeyId ?? []).readUIntBE(0, 3),
      value: Buffer.from(registration.eSkeyVal ?? []),
      signature: Buffer.from(registration.eSkeySig ?? []),
    },
    preKeys: Buffer.alloc(0),
    preKeysTaken: 0,
    platform: props.os ?? 'unknown',
    linkedAt: unixSeconds(),
    synced: false,
    available: false,
    pending: new Map(),
    pendingByKey: new Map(),
    framesIn: 0,
    framesOut: 0,
  }
}

interface SignedIdentity {
  details: Uint8Array
  sealed: Uint8Array
}

/** The phone vouches for the companion: it signs the pair of identities, and the HMAC proves that it read the QR code. */
function signIdentity(phone: Phone, device: Device, keyIndex: number, advSecret: Buffer): SignedIdentity {
  const details = proto.ADVDeviceIdentity.encode({
    rawId: device.registrationId,
    timestamp: unixSeconds(),
    keyIndex,
    accountType: proto.ADVEncryptionType.E2EE,
    deviceType: proto.ADVEncryptionType.E2EE,
  }).finish()
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: phone.keys.identity.public,
    accountSignature: sign(
      phone.keys.identity.private,
      Buffer.concat([ACCOUNT_SIGNATURE_PREFIX, details, device.identityPublic]),
    ),
  }).finish()
  const sealed = proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac: hmac(advSecret, signed) }).finish()
  return { details, sealed }
}

/** True when the companion signed the identity that it was given. */
function deviceSignatureHolds(phone: Phone, device: Device, details: Uint8Array, answer: BinaryNode): boolean {
  const bytes = childBytes(childOf(answer, 'pair-device-sign'), 'device-identity')
  if (bytes.length === 0) return false
  const signed = proto.ADVSignedDeviceIdentity.decode(bytes)
  const message = Buffer.concat([DEVICE_SIGNATURE_PREFIX, details, device.identityPublic, phone.keys.identity.public])
  return verify(device.identityPublic, message, signed.deviceSignature ?? new Uint8Array())
}

/**
 * Links the waiting companion to the phone: pair-success, and once the companion signed, the restart error that makes
 * it log in. Resolves when the companion is linked and that is on disk; rejects when it went away or signed wrongly.
 */
export async function linkDevice(
  world: World,
  phone: Phone,
  offer: PairingOffer,
  advSecret: Buffer,
  timeoutMs = 20_000,
): Promise<Device> {
  const device = blankDevice(phone, nextDeviceId(phone), offer)
  phone.advKeyIndex += 1
  const secret = world.faults.take('link-forged', faultTarget(device)) ? random(advSecret.length) : advSecret
  const identity = signIdentity(phone, device, phone.advKeyIndex, secret)
  const id = stanzaId(world)
  const answered = new Promise<BinaryNode>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the companion did not answer')), timeoutMs)
    offer.pendingAnswer = {
      id,
      resolve: (answer) => {
        clearTimeout(timer)
        if (answer) resolve(answer)
        else reject(new Error('the companion went away'))
      },
    }
  })
  offer.connection.send(
    node('iq', { from: SERVER_JID, type: 'set', id, xmlns: 'md', t: unixSeconds() }, [
      node('pair-success', {}, [
        node('device-identity', {}, identity.sealed),
        node('device', {
          jid: pnJid(phone.phone, device.id),
          lid: world.faults.take('no-lids', faultTarget(device)) ? undefined : lidJid(phone.lid, device.id),
        }),
        node('platform', { name: 'android' }),
        node('biz', { name: phone.name }),
      ]),
    ]),
  )
  const answer = await answered
  if (!deviceSignatureHolds(phone, device, identity.details, answer)) throw new Error('the companion signed wrongly')
  phone.devices.set(device.id, device)
  persistPhone(world, phone)
  persistDevice(world, phone, device)
  announceDevices(world, phone, 'add', device)
  await world.journal.flush()
  world.hub.emit({ type: 'device.linked', phone: phone.phone, device: device.id })
  if (world.faults.take('link-without-restart', faultTarget(device))) return device
  offer.connection.send(node('stream:error', { code: 515 }))
  offer.connection.close()
  return device
}
