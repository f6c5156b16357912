import { Buffer } from 'node:buffer'
import { setTimeout as delay } from 'node:timers/promises'
import type { CodePairing, Connection, Device, PairingOffer } from './companion.ts'
import { ControlError } from './control-error.ts'
import { agree, applyCtr, hkdf, newKeyPair, openGcm, pairingCodeKey, random } from './crypto.ts'
import { unixSeconds } from './events.ts'
import { parseJid, phoneDigits, SERVER_JID } from './jid.ts'
import { linkDevice } from './linking.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childBytes, childOf, node } from './nodes.ts'
import type { ClientHandshake } from './noise.ts'
import { stanzaId, type World } from './world.ts'

const REFS = 6
const CODE_WAIT_MS = 20_000
const CODE_ARRIVAL_MS = 500
const CODE_POLL_MS = 20

/** Offers pairing to a companion that registers: six references for QR codes. */
export function offerPairing(world: World, connection: Connection, handshake: ClientHandshake): void {
  const registration = handshake.payload.devicePairingData
  if (!registration) return
  const refs = Array.from({ length: REFS }, () => `2@${random(24).toString('base64')}`)
  if (world.faults.take('greets-unlinked', {})) connection.send(node('success', { t: unixSeconds() }))
  connection.pairing = { connection, noisePublic: handshake.noisePublic, registration, refs }
  connection.send(
    node('iq', { from: SERVER_JID, type: 'set', id: stanzaId(world), xmlns: 'md' }, [
      node(
        'pair-device',
        {},
        refs.map((ref) => node('ref', {}, Buffer.from(ref))),
      ),
    ]),
  )
}

/** Ends a pairing that waits for a companion which went away. */
export function abandonPairing(offer: PairingOffer): void {
  offer.pendingAnswer?.resolve(undefined)
  offer.pendingFinish?.(undefined)
}

function offers(world: World): PairingOffer[] {
  const found: PairingOffer[] = []
  for (const connection of world.connections) if (connection.pairing) found.push(connection.pairing)
  return found
}

async function link(world: World, phone: Phone, offer: PairingOffer, advSecret: Buffer): Promise<Device> {
  if (offer.pendingAnswer) throw new ControlError(409, 'pairing_in_progress', 'This companion is being linked already.')
  try {
    return await linkDevice(world, phone, offer, advSecret)
  } catch (error) {
    offer.connection.drop()
    throw new ControlError(409, 'pairing_failed', error instanceof Error ? error.message : 'Pairing failed.')
  }
}

/**
 * Scans a QR text with a phone. The text may carry the address that clients put before the first `#`. Throws a
 * {@link ControlError}: 400 when it is no QR of a companion, 404 when no connected companion offers that reference, 409 when the
 * fault says that the phone cannot link.
 */
export async function scanQr(world: World, phone: Phone, qr: string): Promise<Device> {
  const [ref, noise, identity, secret] = qr.slice(qr.indexOf('#') + 1).split(',')
  if (!ref || !noise || !identity || !secret) {
    throw new ControlError(400, 'invalid_qr', 'This is not the text of a linking QR code.')
  }
  const offer = offers(world).find((candidate) => candidate.refs.includes(ref))
  if (!offer) throw new ControlError(404, 'qr_unknown', 'No companion offers this QR code; it expired or was used.')
  if (!offer.noisePublic.equals(Buffer.from(noise, 'base64'))) {
    throw new ControlError(400, 'invalid_qr', 'The QR code does not belong to the companion that offers it.')
  }
  if (world.faults.take('link-unsupported', { phone: phone.phone })) {
    offer.connection.send(node('ib', { from: SERVER_JID }, [node('downgrade_webclient')]))
    throw new ControlError(409, 'link_unsupported', 'The WhatsApp of this phone cannot link companions.')
  }
  return link(world, phone, offer, Buffer.from(secret, 'base64'))
}

/** First stage of a code pairing: the companion asks to be linked to a number. Gives the content of the answer. */
export function companionHello(connection: Connection, request: BinaryNode): BinaryNode[] {
  const offer = connection.pairing
  if (!offer) return []
  const ref = random(16).toString('base64')
  offer.code = {
    phone: parseJid(request.attrs.jid ?? '').user,
    ref,
    wrappedEphemeral: childBytes(request, 'link_code_pairing_wrapped_companion_ephemeral_pub'),
  }
  return [
    node('link_code_companion_reg', { stage: 'companion_hello' }, [
      node('link_code_pairing_ref', {}, Buffer.from(ref)),
    ]),
  ]
}

/** Second stage: the companion answers the phone. False when the code that was typed was not the one it shows. */
export function companionFinish(phone: Phone | undefined, connection: Connection, request: BinaryNode): boolean {
  const offer = connection.pairing
  const code = offer?.code
  if (!phone || !offer || !code?.companionEphemeral || !code.phoneEphemeralPrivate) return false
  const bundle = childBytes(request, 'link_code_pairing_wrapped_key_bundle')
  const companionIdentity = childBytes(request, 'companion_identity_public')
  const shared = agree(code.phoneEphemeralPrivate, code.companionEphemeral)
  const salt = bundle.subarray(0, 32)
  const key = hkdf(shared, 32, 'link_code_pairing_key_bundle_encryption_key', salt)
  try {
    const opened = openGcm(key, bundle.subarray(32, 44), bundle.subarray(44))
    const identityShared = agree(phone.keys.identity.private, companionIdentity)
    const secret = hkdf(Buffer.concat([shared, identityShared, opened.subarray(64, 96)]), 32, 'adv_secret')
    // The answer to this request must reach the companion before pair-success does.
    setImmediate(() => offer.pendingFinish?.(secret))
    return true
  } catch {
    offer.pendingFinish?.(undefined)
    return false
  }
}

/** The phone's side of the code: its ephemeral key, encrypted with the code like the companion's was. */
async function primaryHello(world: World, phone: Phone, offer: PairingOffer, code: CodePairing, text: string) {
  const wrapped = code.wrappedEphemeral
  const companionKey = await pairingCodeKey(text, wrapped.subarray(0, 32))
  code.companionEphemeral = applyCtr(companionKey, wrapped.subarray(32, 48), wrapped.subarray(48, 80))
  const ephemeral = newKeyPair()
  code.phoneEphemeralPrivate = ephemeral.private
  const salt = random(32)
  const iv = random(16)
  const sealed = applyCtr(await pairingCodeKey(text, salt), iv, ephemeral.public)
  offer.connection.send(
    node('notification', { from: SERVER_JID, type: 'link_code_companion_reg', id: stanzaId(world), t: unixSeconds() }, [
      node('link_code_companion_reg', { stage: 'primary_hello' }, [
        node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, Buffer.concat([salt, iv, sealed])),
        node('primary_identity_pub', {}, phone.keys.identity.public),
        node('link_code_pairing_ref', {}, Buffer.from(code.ref)),
      ]),
    ]),
  )
}

/** The companion that asks for this number. Its request may still be on the way when a program types the code at once. */
async function codeOffer(world: World, phone: Phone): Promise<PairingOffer | undefined> {
  for (let waited = 0; ; waited += CODE_POLL_MS) {
    const found = offers(world).find((candidate) => phoneDigits(candidate.code?.phone ?? '') === phone.phone)
    if (found || waited >= CODE_ARRIVAL_MS) return found
    await delay(CODE_POLL_MS)
  }
}

/**
 * Enters a linking code on a phone, with or without its dash. Throws a {@link ControlError}: 404 when no companion
 * asks for this number, 400 when the code is not the one it shows.
 */
export async function enterCode(world: World, phone: Phone, typed: string): Promise<Device> {
  const text = typed.replace(/[\s-]/g, '').toUpperCase()
  if (text.length !== 8) throw new ControlError(400, 'invalid_code', 'A linking code has eight characters.')
  const offer = await codeOffer(world, phone)
  if (!offer?.code) throw new ControlError(404, 'code_unknown', 'No companion waits for a code on this number.')
  const { code } = offer
  const cancel = new AbortController()
  const finished = new Promise<Buffer | undefined>((resolve) => {
    offer.pendingFinish = resolve
  })
  await primaryHello(world, phone, offer, code, text)
  const late = delay(CODE_WAIT_MS, undefined, { signal: cancel.signal, ref: false }).catch(() => undefined)
  const secret = await Promise.race([finished, late])
  cancel.abort()
  offer.pendingFinish = undefined
  if (!secret) throw new ControlError(400, 'wrong_code', 'The companion shows another code, or it went away.')
  return link(world, phone, offer, secret)
}

/** True for the answer to pair-success, which is then passed on. */
export function takePairingAnswer(connection: Connection, answer: BinaryNode): boolean {
  const waiting = connection.pairing?.pendingAnswer
  if (!waiting || waiting.id !== answer.attrs.id) return false
  waiting.resolve(answer)
  return true
}

/** The stage of a link-code request. */
export function linkCodeStage(request: BinaryNode): {
  stage: string | undefined
  registration: BinaryNode | undefined
} {
  const registration = childOf(request, 'link_code_companion_reg')
  return { stage: registration?.attrs.stage, registration }
}
