import { ttlIn } from '#data/schema.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { conversationKey, type LastMessage, listPlace } from '../conversations/model.ts'
import { historyReceived } from './events.ts'
import { type HistoryProgress, historyProgressKey, historyRequestKey } from './model.ts'

/** The device whose history it is. */
export type HistoryPlace = { tenantId: string; deviceId: string }

const DAY_SECONDS = 24 * 3600

/** Seconds for which an event of the history is known to have been raised: work that was interrupted goes on much sooner. */
const PART_SECONDS = 7 * DAY_SECONDS

/** Makes a message the newest of its conversation, unless a newer one is known. */
export const noteOlderLast = async (
  ctx: Context,
  tenantId: string,
  conversationId: number,
  last: LastMessage,
): Promise<void> => {
  await ctx.main.update(conversationKey(tenantId, conversationId), {
    set: { lastMessage: last, lastMessageAt: last.at, gsi1sk: listPlace(last.at, conversationId) },
    condition: {
      text: 'attribute_exists(#pk) AND (attribute_not_exists(#lastMessageAt) OR #lastMessageAt < :at)',
      values: { at: last.at },
    },
    returns: 'none',
  })
}

/**
 * Raises the event of a part of a chunk, once: a chunk that is read again after an interruption has the same parts. `chunkId` is
 * the message that brought the chunk.
 */
export const raiseHistoryPart = async (
  ctx: Context,
  place: HistoryPlace,
  chunkId: string,
  facts: { part: number } & Record<string, unknown>,
): Promise<void> => {
  const nowMs = ctx.clock.nowMs()
  const sk = `HS#${chunkId}#${String(facts.part).padStart(6, '0')}`
  const item = { pk: `D#${place.deviceId}`, sk, ...place, expiresAt: ttlIn(PART_SECONDS, nowMs) }
  await ctx.main.put(item, {
    condition: { text: 'attribute_not_exists(#pk)' },
    events: [raise(historyReceived, nowMs, facts)],
  })
}

type Progress = Pick<HistoryProgress, 'kind' | 'state' | 'chunk' | 'progress' | 'requestId' | 'error'>

/** Writes how far a device's history is. */
export const noteProgress = async (ctx: Context, place: HistoryPlace, progress: Progress): Promise<void> => {
  await ctx.main.update(historyProgressKey(place.deviceId), { ...changeTo(ctx, place, progress), returns: 'none' })
}

/** The same at the end of a chunk: its `stored` messages are added to those that history has brought, once. */
export const noteTaken = async (
  ctx: Context,
  place: HistoryPlace,
  chunkId: string,
  progress: Progress,
  stored: number,
): Promise<void> => {
  const { set, remove } = changeTo(ctx, place, progress)
  await ctx.main.update(historyProgressKey(place.deviceId), {
    set: { ...set, chunkId },
    add: { messages: stored },
    remove,
    condition: { text: 'attribute_not_exists(#chunkId) OR #chunkId <> :id', values: { id: chunkId } },
    returns: 'none',
  })
}

const changeTo = (ctx: Context, place: HistoryPlace, progress: Progress) => {
  const { progress: percent, requestId, error, ...rest } = progress
  const optional = { progress: percent, requestId, error }
  const missing = Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [name] : []))
  return { set: { ...place, ...rest, ...optional, updatedAt: isoTime(ctx.clock.nowMs()) }, remove: missing }
}

/** How far a device's history is; undefined before the first of it. */
export const findProgress = (ctx: Context, deviceId: string): Promise<HistoryProgress | undefined> =>
  ctx.main.get<HistoryProgress>(historyProgressKey(deviceId))

/** Notes under which id of ours a request went to the phone, so that its answer can name it. */
export const noteRequest = async (
  ctx: Context,
  place: HistoryPlace,
  sessionId: string,
  requestId: string,
): Promise<void> => {
  const expiresAt = ttlIn(PART_SECONDS, ctx.clock.nowMs())
  await ctx.main.put({ ...historyRequestKey(place.deviceId, sessionId), ...place, requestId, expiresAt })
}

/** Our id of a request by WhatsApp's. */
export const findRequest = async (ctx: Context, deviceId: string, sessionId: string): Promise<string | undefined> =>
  (await ctx.main.get<{ requestId: string }>(historyRequestKey(deviceId, sessionId)))?.requestId
