import { proto } from '@whiskeysockets/baileys'
import { absent, exists, type Key } from '#data/expressions.ts'
import type { Table } from '#data/table.ts'
import { historyBytes, historyJobs } from '#domains/history/model.ts'

/**
 * How far a chunk is worked through: its conversations, the entries of the conversation that is open, the parts that were announced,
 * and how many messages were new to us.
 */
export type Position = { conversations: number; entries: number; parts: number; stored: number }

/** A chunk of history that the phone has sent and that is still to be worked through. `id` is the message that brought it. */
export type HistoryJob = {
  id: string
  deviceId: string
  /** Milliseconds when it came: chunks are worked through in their order. */
  at: number
  notification: proto.Message.IHistorySyncNotification
  /** Where to go on; undefined: at the beginning. */
  position?: Position
}

type Marker = Key & { at: number; position?: Position }
type Piece = Key & { bytes: Uint8Array }

/** Bytes of a piece: an item has at most 400 KB, and a small history comes inside its message. */
const PIECE_BYTES = 350_000
const LISTED = 500

const markerOf = (deviceId: string, id: string): Key => ({ pk: historyJobs(deviceId), sk: id })

const { encode, decode } = proto.Message.HistorySyncNotification

/** Keeps chunks of history until they are worked through, so that none is lost which was acknowledged to the phone. */
export const makeHistoryJobs = (session: Table) => {
  const piecesOf = async (deviceId: string, id: string): Promise<Piece[]> => {
    const found: Piece[] = []
    let startKey: Record<string, unknown> | undefined
    do {
      const page = await session.query<Piece>({ pk: historyBytes(deviceId), prefix: `${id}#`, startKey })
      found.push(...page.items)
      startKey = page.next
    } while (startKey)
    return found
  }

  const empty = async (pk: string): Promise<void> => {
    for (;;) {
      const { items } = await session.query<Key>({ pk, limit: LISTED })
      if (items.length === 0) return
      for (const { sk } of items) await session.remove({ pk, sk })
    }
  }

  return {
    /** Keeps a chunk. When this resolves it is durable. One that is kept already stays as far as it is. */
    put: async ({ id, deviceId, at, notification }: HistoryJob): Promise<void> => {
      const bytes = encode(notification).finish()
      for (let start = 0; start < bytes.length || start === 0; start += PIECE_BYTES) {
        const sk = `${id}#${String(start / PIECE_BYTES).padStart(4, '0')}`
        await session.put({ pk: historyBytes(deviceId), sk, bytes: bytes.subarray(start, start + PIECE_BYTES) })
      }
      await session.put({ ...markerOf(deviceId, id), at }, { condition: absent })
    },

    /** Ids of a device's chunks, in the order they came. */
    list: async (deviceId: string): Promise<string[]> => {
      const { items } = await session.query<Marker>({ pk: historyJobs(deviceId), limit: LISTED })
      return items.sort((left, right) => left.at - right.at).map(({ sk }) => sk)
    },

    /** A chunk; undefined when it is not to be worked through any more. */
    get: async (deviceId: string, id: string): Promise<HistoryJob | undefined> => {
      const marker = await session.get<Marker>(markerOf(deviceId, id))
      if (!marker) return undefined
      const pieces = await piecesOf(deviceId, id)
      const notification = decode(Buffer.concat(pieces.map(({ bytes }) => bytes)))
      return { id, deviceId, at: marker.at, notification, position: marker.position }
    },

    /** Notes how far a chunk is worked through; nothing when it is not to be any more. */
    reached: async (deviceId: string, id: string, position: Position): Promise<void> => {
      await session.update(markerOf(deviceId, id), { set: { position }, condition: exists, returns: 'none' })
    },

    /** It is worked through, or given up. */
    done: async (deviceId: string, id: string): Promise<void> => {
      await session.remove(markerOf(deviceId, id))
      for (const { pk, sk } of await piecesOf(deviceId, id)) await session.remove({ pk, sk })
    },

    /** Forgets all chunks of a device: its login ended. */
    forget: async (deviceId: string): Promise<void> => {
      await empty(historyJobs(deviceId))
      await empty(historyBytes(deviceId))
    },
  }
}

/** Chunks of history that wait. */
export type HistoryJobs = ReturnType<typeof makeHistoryJobs>
