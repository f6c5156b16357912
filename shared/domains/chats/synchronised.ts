import type { Key } from '#data/expressions.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { ChatPlace } from './repo.ts'

/** The mark that a login's whole chat list was read once; from there on changes are enough. */
const markKey = (deviceId: string): Key => ({ pk: `D#${deviceId}`, sk: 'CHSYNC' })

/** Whether the chat list of the device's present login was read. */
export const isSynchronised = async (ctx: Context, deviceId: string): Promise<boolean> =>
  (await ctx.main.get(markKey(deviceId))) !== undefined

/** Notes that it was. */
export const noteSynchronised = async (ctx: Context, place: ChatPlace): Promise<void> => {
  await ctx.main.put({ ...markKey(place.deviceId), ...place, synchronisedAt: isoTime(ctx.clock.nowMs()) })
}

const AT_ONCE = 16

/** Forgets the chat list of a login that ended: the next one may be another account's. */
export const forgetChats = async (ctx: Context, deviceId: string): Promise<void> => {
  await ctx.main.remove(markKey(deviceId))
  for (const prefix of ['CH#', 'LB#']) {
    for (;;) {
      const { items } = await ctx.main.query<Key>({ pk: `D#${deviceId}`, prefix, limit: 200 })
      if (items.length === 0) break
      for (let at = 0; at < items.length; at += AT_ONCE) {
        await Promise.all(items.slice(at, at + AT_ONCE).map(({ pk, sk }) => ctx.main.remove({ pk, sk })))
      }
    }
  }
}
