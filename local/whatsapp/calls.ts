import type { CallView } from './call-view.ts'
import type { Connection, Device } from './companion.ts'
import { ControlError } from './control-error.ts'
import { random } from './crypto.ts'
import { unixSeconds } from './events.ts'
import { parseJid, pnJid } from './jid.ts'
import type { Group, Phone } from './model.ts'
import { type BinaryNode, childrenOf, node } from './nodes.ts'
import { deliver } from './queue.ts'
import { accountOf, stanzaId, type World } from './world.ts'

/** Calls that are remembered; they live as long as the network does. */
const REMEMBERED = 1000

function remember(world: World, call: CallView): void {
  world.calls.set(call.callId, call)
  const [oldest] = world.calls.keys()
  if (world.calls.size > REMEMBERED && oldest !== undefined) world.calls.delete(oldest)
}

/** Calls that a phone made or got, oldest first. */
export function callsOf(world: World, phone: Phone): CallView[] {
  return [...world.calls.values()].filter((call) => call.from === phone.phone || call.to === phone.phone)
}

/** What a caller's WhatsApp says of itself. */
const REMOTE = { platform: 'android', version: '2.24.7.79' }

function tellCompanions(world: World, target: Phone, from: string, child: BinaryNode, except?: Device): void {
  const said = child.tag === 'offer' || child.tag === 'accept' ? REMOTE : {}
  for (const device of target.devices.values()) {
    if (device === except) continue
    deliver(world, device, node('call', { id: stanzaId(world), from, t: unixSeconds(), ...said }, [child]))
  }
}

/** Milliseconds that the way to a relay takes. */
const RELAY_MS = 25

/** Rings the companions of an account, and says how long the way to a relay takes. Gives the call id. */
export function callFromPhone(world: World, phone: Phone, callee: Phone, video: boolean): string {
  const callId = random(16).toString('hex').toUpperCase()
  const from = pnJid(phone.phone)
  const attrs = { 'call-id': callId, 'call-creator': from, caller_pn: from }
  const media = [node('audio', { enc: 'opus', rate: 16_000 }), ...(video ? [node('video')] : [])]
  remember(world, { callId, from: phone.phone, to: callee.phone, video, state: 'ringing' })
  tellCompanions(world, callee, from, node('offer', attrs, media))
  const latency = node('relaylatency', { 'call-id': callId, 'call-creator': from, latency: RELAY_MS })
  tellCompanions(world, callee, from, latency)
  world.hub.emit({ type: 'call', phone: callee.phone, data: { callId, from: phone.phone, state: 'offered', video } })
  return callId
}

/** Begins a call in a group: its members' companions are only told that there is one. Gives the call id. */
export function callGroup(world: World, phone: Phone, group: Group, video: boolean): string {
  const callId = random(16).toString('hex').toUpperCase()
  const from = pnJid(phone.phone)
  const attrs = { 'call-id': callId, 'call-creator': from, 'group-jid': group.id, type: 'group' }
  const notice = node('offer_notice', { ...attrs, media: video ? 'video' : 'audio' })
  remember(world, { callId, from: phone.phone, to: group.id, video, state: 'ringing' })
  for (const number of group.members.keys()) {
    const member = world.phones.get(number)
    if (member && member !== phone) tellCompanions(world, member, from, notice)
  }
  return callId
}

/** The person takes a call on the phone: its companions, and those of the caller, learn that it rings no more. */
export function acceptCall(world: World, callee: Phone, callId: string): void {
  const call = world.calls.get(callId)
  const caller = call && world.phones.get(call.from)
  if (!caller || call.to !== callee.phone || call.state !== 'ringing')
    throw new ControlError(404, 'call_unknown', 'No such call rings.')
  call.state = 'accepted'
  const accept = node('accept', { 'call-id': callId, 'call-creator': pnJid(caller.phone) })
  tellCompanions(world, callee, pnJid(callee.phone), accept)
  tellCompanions(world, caller, pnJid(callee.phone), accept)
}

/** Ends a call from the caller's side. */
export function endCall(world: World, phone: Phone, callee: Phone, callId: string): void {
  const from = pnJid(phone.phone)
  const call = world.calls.get(callId)
  const reason = call?.state === 'accepted' ? 'hangup' : 'timeout'
  if (call?.state === 'ringing' || call?.state === 'accepted') call.state = 'ended'
  tellCompanions(world, callee, from, node('terminate', { 'call-id': callId, 'call-creator': from, reason }))
}

/** The call stops ringing everywhere: at the caller, and at the other companions of who rejected it. */
function reject(world: World, connection: Connection, stanza: BinaryNode, child: BinaryNode): void {
  const { device } = connection
  const call = world.calls.get(child.attrs['call-id'] ?? '')
  const caller = accountOf(world, parseJid(stanza.attrs.to ?? '').user)
  const callee = device && world.phones.get(device.phone)
  // A call that does not ring any more, or was never offered to this account, is nothing to reject.
  if (!call || !caller || !callee || call.state !== 'ringing') return
  if (call.from !== caller.phone || call.to !== callee.phone) return
  call.state = 'rejected'
  const attrs = { 'call-id': call.callId, 'call-creator': pnJid(caller.phone) }
  tellCompanions(world, caller, pnJid(callee.phone), node('reject', attrs))
  tellCompanions(
    world,
    callee,
    pnJid(caller.phone),
    node('terminate', { ...attrs, reason: 'rejected_elsewhere' }),
    device,
  )
  world.hub.emit({
    type: 'call',
    phone: caller.phone,
    data: { callId: call.callId, by: callee.phone, state: 'rejected' },
  })
}

/**
 * Takes a call stanza of a companion: a rejected call, or the wish for a call link. The answer is an ack in both cases;
 * the client would take an answer of tag `call` for an incoming call.
 */
export function takeCall(world: World, connection: Connection, stanza: BinaryNode): void {
  const { id, to = '' } = stanza.attrs
  const child = childrenOf(stanza)[0]
  const link =
    child?.tag === 'link_create' ? [node('link_create', { token: random(11).toString('base64url') })] : undefined
  connection.send(node('ack', { class: 'call', id, from: to, type: child?.tag, t: unixSeconds() }, link))
  if (child?.tag === 'reject') reject(world, connection, stanza, child)
}
