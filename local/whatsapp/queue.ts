import { encodeBinaryNode } from '@whiskeysockets/baileys'
import type { Device, PendingStanza } from './companion.ts'
import { unixSeconds } from './events.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, node } from './nodes.ts'
import type { World } from './world.ts'

/** How a stanza is confirmed: a message by receipt or ack, the others by an ack of their class. */
export function confirmationKey(tag: string, id: string | undefined): string {
  return `${tag}:${id ?? ''}`
}

function remember(device: Device, entry: PendingStanza): void {
  device.pending.set(entry.seq, entry)
  const same = device.pendingByKey.get(entry.key)
  if (same) same.push(entry.seq)
  else device.pendingByKey.set(entry.key, [entry.seq])
}

function persist(world: World, device: Device, seq: number): void {
  world.journal.mark(`queue/${device.phone}/${device.id}/${seq}`, () => {
    const entry = device.pending.get(seq)
    return entry && { key: entry.key, stanza: encodeBinaryNode(entry.stanza).toString('base64') }
  })
}

/**
 * Sends a stanza that the device must confirm. It is kept until then and sent again at the next login, in the order
 * in which it was queued.
 */
export function deliver(world: World, device: Device, stanza: BinaryNode): void {
  const seq = world.nextSeq++
  const entry: PendingStanza = { seq, key: confirmationKey(stanza.tag, stanza.attrs.id), stanza, sent: false }
  remember(device, entry)
  persist(world, device, seq)
  if (device.connection?.ready) {
    entry.sent = true
    device.connection.send(stanza)
  }
}

/** Puts a stored stanza back at the start. */
export function restorePending(device: Device, seq: number, key: string, stanza: BinaryNode): void {
  remember(device, { seq, key, stanza, sent: false })
}

/** Forgets the oldest unconfirmed stanza of that key. False when there was none. */
export function confirm(world: World, device: Device, key: string): boolean {
  const waiting = device.pendingByKey.get(key)
  const seq = waiting?.shift()
  if (seq === undefined) return false
  if (waiting?.length === 0) device.pendingByKey.delete(key)
  device.pending.delete(seq)
  persist(world, device, seq)
  return true
}

/** Says how much waits for the device, by kinds. Changes of app state are those notifications that lead to a synchronisation. */
function previewOf(device: Device): BinaryNode {
  const stanzas = [...device.pending.values()].map(({ stanza }) => stanza)
  const of = (tag: string): number => stanzas.filter((stanza) => stanza.tag === tag).length
  const appdata = stanzas.filter(({ tag, attrs }) => tag === 'notification' && attrs.type === 'server_sync').length
  const kinds = { message: of('message'), receipt: of('receipt'), notification: of('notification') - appdata, appdata }
  return node('offline_preview', { count: stanzas.length, ...kinds })
}

/** Everything unconfirmed goes out again with the `offline` mark; live stanzas follow from here on. */
export function flushQueue(device: Device): number {
  const { connection } = device
  if (!connection) return 0
  const count = device.pending.size
  if (count > 0) connection.send(node('ib', { from: '@s.whatsapp.net' }, [previewOf(device)]))
  for (const entry of device.pending.values()) {
    entry.sent = true
    connection.send({ ...entry.stanza, attrs: { ...entry.stanza.attrs, offline: '0' } })
  }
  connection.ready = true
  connection.send(node('ib', { from: '@s.whatsapp.net' }, [node('offline', { count })]))
  device.lastSeen = unixSeconds()
  return count
}

/** Forgets all that waits for a device that is no more. */
export function dropQueue(world: World, device: Device): void {
  const seqs = [...device.pending.keys()]
  device.pending.clear()
  device.pendingByKey.clear()
  for (const seq of seqs) persist(world, device, seq)
}

/** Delivers one stanza to every companion of an account, except those left out. */
export function deliverToCompanions(
  world: World,
  phone: Phone,
  stanza: BinaryNode,
  except: (device: Device) => boolean = () => false,
): void {
  for (const device of phone.devices.values()) if (!except(device)) deliver(world, device, stanza)
}
