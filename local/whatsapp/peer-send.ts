import type { proto } from '@whiskeysockets/baileys'
import { newMessageId } from './message-id.ts'
import type { Phone } from './model.ts'
import { padMessage } from './padding.ts'
import { sealFor } from './phone-send.ts'
import { route } from './routing.ts'
import { envelope, peerStanza } from './stanzas.ts'
import type { Endpoint, World } from './world.ts'

/** What phones have said to their companions of late, for those that could not use it. Bounded. */
const said = new WeakMap<Phone, Map<string, proto.Message.IProtocolMessage>>()
const KEPT = 50

function keep(phone: Phone, id: string, message: proto.Message.IProtocolMessage): void {
  const kept = said.get(phone) ?? new Map<string, proto.Message.IProtocolMessage>()
  said.set(phone, kept)
  kept.set(id, message)
  if (kept.size > KEPT) kept.delete(kept.keys().next().value ?? '')
}

async function sendOnce(
  world: World,
  target: Endpoint,
  id: string,
  protocolMessage: proto.Message.IProtocolMessage,
): Promise<void> {
  const { phone } = target
  const enc = await sealFor(world, phone, target, padMessage({ protocolMessage }))
  if (enc) route(world, target, peerStanza(envelope({ phone, device: 0 }, id, 'text'), [enc]))
}

/** Sends a protocol message from the phone to one of its companions. */
export async function sendPeer(
  world: World,
  target: Endpoint,
  protocolMessage: proto.Message.IProtocolMessage,
): Promise<void> {
  const id = newMessageId()
  keep(target.phone, id, protocolMessage)
  await sendOnce(world, target, id, protocolMessage)
  const isTwice = world.faults.take('peer-twice', { phone: target.phone.phone, device: target.device })
  if (isTwice) await sendOnce(world, target, id, protocolMessage)
}

/** Says again what a companion took but could not use, as a phone does whose upload is gone. */
export async function repeatPeer(world: World, target: Endpoint, id: string): Promise<void> {
  const message = said.get(target.phone)?.get(id)
  if (message) await sendPeer(world, target, message)
}
