import { AVATAR_KEPT_MS } from '#domains/devices/model.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { toAppError } from '#kit/errors.ts'
import { findPicture } from '../commands/user/avatar.ts'
import { bareJid } from '../inbound/stanza-facts.ts'
import type { DeviceRecord } from './device-record.ts'
import type { LiveSocket } from './socket.ts'

/** Milliseconds after a question that was not answered until the next one. */
const RETRY_MS = 60 * 60_000

/** Keeps the address of the account's own picture on the device item; WhatsApp's addresses work for a while only. */
export const makeOwnPicture = ({ ctx, record }: { ctx: Context; record: DeviceRecord }) => {
  let notBeforeMs = 0

  const refresh = async (socket: LiveSocket): Promise<void> => {
    const own = socket.authState.creds.me?.id
    if (!own) return
    notBeforeMs = ctx.clock.monotonicMs() + RETRY_MS
    try {
      const { url } = await findPicture(socket, { jid: bareJid(own), preview: true })
      await record.change({ avatarUrl: url, avatarAt: isoTime(ctx.clock.nowMs()) })
    } catch (error) {
      if (toAppError(error).code !== 'not_found') throw error
      await record.change({ avatarUrl: undefined, avatarAt: isoTime(ctx.clock.nowMs()) })
    }
  }

  return {
    /** Asks for the picture now: it was changed. */
    refresh,

    /** Asks for it when what is known is too old to be shown. */
    refreshIfOld: async (socket: LiveSocket): Promise<void> => {
      const { avatarAt } = record.current()
      const isFresh = avatarAt !== undefined && ctx.clock.nowMs() - Date.parse(avatarAt) < AVATAR_KEPT_MS
      if (!isFresh && ctx.clock.monotonicMs() >= notBeforeMs) await refresh(socket)
    },
  }
}

/** Keeps the address of the account's picture. */
export type OwnPicture = ReturnType<typeof makeOwnPicture>
