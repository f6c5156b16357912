import { gunzipSync, gzipSync } from 'node:zlib'
import { ttlIn } from '#data/schema.ts'
import type { Table } from '#data/table.ts'
import type { Clock } from '#kit/clock.ts'
import type { Reply } from './model.ts'

/** Bytes of a reply that lie in one item as they are; DynamoDB takes 400 KB with all names and types of attributes. */
const PLAIN_BYTES = 200_000

/** Bytes of a compressed reply in one item. */
const PART_BYTES = 350_000

const KEPT_SECONDS = 3600

type Head = { reply?: Reply; parts?: number }

const headKey = (commandId: string) => ({ pk: `RPL#${commandId}`, sk: 'META' })
const partKey = (commandId: string, at: number) => ({
  pk: `RPL#${commandId}`,
  sk: `PART#${String(at).padStart(4, '0')}`,
})

/**
 * Stores the reply of a command for its waiting caller; it is cleaned up after an hour. A large one, such as the groups of an
 * account with their members, is compressed and cut into parts, which are there before the item that tells of them.
 */
export const storeReply = async (session: Table, clock: Clock, commandId: string, reply: Reply): Promise<void> => {
  const expiresAt = ttlIn(KEPT_SECONDS, clock.nowMs())
  const text = JSON.stringify(reply)
  if (Buffer.byteLength(text) <= PLAIN_BYTES) {
    await session.put({ ...headKey(commandId), reply, expiresAt })
    return
  }
  const bytes = gzipSync(text)
  const parts = Math.ceil(bytes.length / PART_BYTES)
  for (let at = 0; at < parts; at += 1) {
    const part = bytes.subarray(at * PART_BYTES, (at + 1) * PART_BYTES)
    await session.put({ ...partKey(commandId, at), part, expiresAt })
  }
  await session.put({ ...headKey(commandId), parts, expiresAt })
}

/** The reply of a command, if it is there. */
export const findReply = async (session: Table, commandId: string): Promise<Reply | undefined> => {
  const head = await session.get<Head>(headKey(commandId))
  if (!head?.parts) return head?.reply
  const keys = Array.from({ length: head.parts }, (_, at) => partKey(commandId, at))
  const parts = await Promise.all(keys.map((key) => session.get<{ part: Uint8Array }>(key)))
  return JSON.parse(gunzipSync(Buffer.concat(parts.map((item) => item?.part ?? new Uint8Array()))).toString())
}
