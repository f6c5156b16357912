import { proto } from '@whiskeysockets/baileys'
import type { Device } from '#domains/devices/model.ts'
import type { LiveSocket } from '../connection/socket.ts'
import type { InboundDevice } from '../inbound/attach.ts'
import { type Taking, takeConversation } from './conversation.ts'
import { fieldsArriving } from './fields.ts'
import type { Position } from './jobs.ts'
import { linkOf, type Pair } from './open-conversation.ts'
import { LeftOff, type Pace } from './pace.ts'
import type { Parts } from './parts.ts'
import { takeTokens } from './tokens.ts'

/** Bytes of one conversation at most. */
const LARGEST_FIELD = 128 * 1024 * 1024

/** Fields of WhatsApp's `HistorySync`. */
const FIELD = { conversation: 2, pushName: 7, mapping: 15 }

/** Names and addresses that are written at once. */
const BATCH = 200

const decodeOr = <T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T | undefined => {
  try {
    return decode(bytes)
  } catch {
    return undefined
  }
}

/** Gathers things and hands them on in batches. */
const makeBatch = <T>(write: (batch: T[]) => Promise<void>) => {
  let held: T[] = []
  const flush = async (): Promise<void> => {
    const batch = held
    held = []
    if (batch.length > 0) await write(batch)
  }
  return {
    add: async (entry: T | undefined): Promise<void> => {
      if (entry !== undefined) held.push(entry)
      if (held.length >= BATCH) await flush()
    },
    flush,
  }
}

const pairOf = (bytes: Uint8Array): Pair | undefined => {
  const mapping = decodeOr(proto.PhoneNumberToLIDMapping.decode, bytes)
  return mapping?.pnJid && mapping.lidJid ? { pn: mapping.pnJid, lid: mapping.lidJid } : undefined
}

const nameOf = (bytes: Uint8Array): { id: string; notify: string } | undefined => {
  const named = decodeOr(proto.Pushname.decode, bytes)
  return named?.id && named.pushname ? { id: named.id, notify: named.pushname } : undefined
}

/** How a chunk is taken: where to go on, and whom to tell of each place from where it can go on. */
type ChunkOptions = {
  device: Device
  parts: Parts
  pace: Pace
  from?: Position
  reached: (position: Position) => Promise<void>
}

/** Takes who is who, before anything that is named by one of two addresses; and the trust tokens, which lie under them. */
const takeLinks = async (live: () => LiveSocket, pieces: AsyncIterable<Uint8Array>, pace: Pace): Promise<void> => {
  const pairs = makeBatch<Pair>(async (batch) => {
    await live().signalRepository.lidMapping.storeLIDPNMappings(batch)
  })
  const trusted = makeBatch<proto.IConversation>((batch) => takeTokens(live(), batch))
  for await (const { number, value } of fieldsArriving(pieces, LARGEST_FIELD)) {
    await pace()
    if (typeof value === 'number') continue
    if (number === FIELD.mapping) await pairs.add(pairOf(value))
    if (number !== FIELD.conversation) continue
    const { pair, conversation } = linkOf(value)
    await pairs.add(pair)
    if (conversation?.tcToken?.length) await trusted.add(conversation)
  }
  await pairs.flush()
  await trusted.flush()
}

/**
 * Takes a chunk of history as it is read, twice: who is who first, then conversations with their messages, and the names that people
 * gave themselves. No more than one conversation is held in memory, and live messages have their turn between any two messages. What
 * was taken before an interruption is passed over. Gives how many messages were new. Throws `LeftOff` when the device is not connected
 * any more, and `Damaged`.
 */
export const takeChunk = async (
  inbound: InboundDevice,
  open: () => AsyncIterable<Uint8Array>,
  { device, parts, pace, from, reached }: ChunkOptions,
): Promise<number> => {
  const { services } = inbound
  const live = () => {
    const socket = inbound.socket()
    if (!socket) throw new LeftOff()
    return socket
  }
  let stored = from?.stored ?? 0
  let conversations = 0
  const taking: Taking = {
    inbound,
    device,
    parts,
    pace,
    stored: (more) => {
      stored += more
    },
    closed: async (entries) => {
      await parts.close(false)
      await reached({ conversations, entries, parts: parts.closed(), stored })
    },
  }
  const names = makeBatch<{ id: string; notify: string }>((batch) =>
    services.contacts.save(device.id, device.tenantId, batch),
  )
  await takeLinks(live, open(), pace)
  for await (const { number, value } of fieldsArriving(open(), LARGEST_FIELD)) {
    await pace()
    if (typeof value === 'number') continue
    if (number === FIELD.pushName) await names.add(nameOf(value))
    if (number !== FIELD.conversation) continue
    const isOpen = conversations === from?.conversations
    if (conversations >= (from?.conversations ?? 0)) await takeConversation(taking, value, isOpen ? from.entries : 0)
    conversations += 1
  }
  await names.flush()
  await parts.close(true)
  return stored
}
