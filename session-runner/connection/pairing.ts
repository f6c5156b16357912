import type { AuthenticationCreds, BinaryNode } from '@whiskeysockets/baileys'
import { devicePaired, deviceQr } from '#domains/devices/events.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import type { DeviceRecord } from './device-record.ts'
import type { LinkPhase } from './disconnects.ts'
import type { LiveSocket } from './socket.ts'

/** The client shows the first QR code for a minute and each further one for twenty seconds (seen in Baileys). */
const FIRST_QR_MS = 60_000
const NEXT_QR_MS = 20_000

/**
 * Milliseconds for which codes are offered after somebody asked for them. WhatsApp gives six at a time, that is 160 seconds (whatsmeow
 * counts the same); it closes about when the last one ends, by its own clock.
 */
const OFFERED_MS = FIRST_QR_MS + 4 * NEXT_QR_MS

const CODE_LIVES_MS = 160_000
const QR_WAIT_MS = 20_000

/** Milliseconds that WhatsApp has to refuse a code. */
const REFUSED_WITHIN_MS = 3_000

/**
 * Waits for what WhatsApp says to the request for a code that is made next, which the client does not: it shows a code that was
 * refused. The client counts its requests, so that the id of the next one is known. Throws `upstream_error`; silence is no refusal.
 */
const codeAnswer = async (live: LiveSocket): Promise<void> => {
  const next = live.generateMessageTag().replace(/\d+$/, (count) => String(Number(count) + 1))
  const answer = await live.waitForMessage<BinaryNode>(next, REFUSED_WITHIN_MS).catch(() => undefined)
  if (answer?.attrs.type !== 'error') return
  const { code, text } = (Array.isArray(answer.content) ? answer.content[0]?.attrs : undefined) ?? {}
  throw fail('upstream_error', { message: `WhatsApp gives no code for this number: ${text ?? 'refused'} (${code}).` })
}

type PairingOptions = {
  ctx: Context
  record: DeviceRecord
  socket: () => LiveSocket | undefined
  connect: () => Promise<void>
  isPaired: () => boolean
}

/** Links a phone: by QR codes that are written to the device as they rotate, or by an eight-character code. */
export const makePairing = ({ ctx, record, socket, connect, isPaired }: PairingOptions) => {
  let shown: LiveSocket | undefined
  let firstMs: number | undefined
  let asking: Promise<string> | undefined
  let waiters: (() => void)[] = []

  const untilQr = async (): Promise<LiveSocket> => {
    await connect()
    if (!socket() || shown !== socket()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, QR_WAIT_MS)
        waiters.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    const live = socket()
    if (!live || shown !== live) throw fail('upstream_timeout', { message: 'WhatsApp offers no pairing now.' })
    return live
  }

  const ask = async (phone: string): Promise<string> => {
    const live = await untilQr()
    const [, raw] = await Promise.all([codeAnswer(live), live.requestPairingCode(phone)])
    const code = `${raw.slice(0, 4)}-${raw.slice(4)}`
    const expiresAt = isoTime(ctx.clock.nowMs() + CODE_LIVES_MS)
    await record.change({ pairing: { code, phone, expiresAt } })
    return code
  }

  return {
    /** Somebody asks for the device to be connected: codes are offered for the full time again. */
    begin: (): void => {
      firstMs = undefined
    },

    /** How far the linking is on the connection that is ending. */
    phase: (ending: LiveSocket): LinkPhase => {
      if (isPaired()) return 'linked'
      if (firstMs !== undefined && ctx.clock.monotonicMs() - firstMs >= OFFERED_MS) return 'over'
      return shown === ending ? 'offered' : 'begun'
    },

    /** Writes a new QR code to the device and announces it. */
    qrShown: async (code: string): Promise<void> => {
      const live = socket()
      const isFirst = shown !== live
      shown = live
      firstMs ??= ctx.clock.monotonicMs()
      const expiresAt = isoTime(ctx.clock.nowMs() + (isFirst ? FIRST_QR_MS : NEXT_QR_MS))
      const set = { qr: { code, expiresAt } }
      if (isFirst) await record.transition({ state: 'pairing', event: deviceQr, set })
      else await record.change(set, [raise(deviceQr, ctx.clock.nowMs())])
      const waiting = waiters
      waiters = []
      for (const wake of waiting) wake()
    },

    /** Notes who linked the device. */
    paired: (creds: AuthenticationCreds): Promise<void> =>
      record.change(
        {
          jid: creds.me?.id,
          lid: creds.me?.lid,
          pushName: creds.me?.name === '~' ? undefined : creds.me?.name,
          platform: creds.platform,
          qr: undefined,
          pairing: undefined,
        },
        [raise(devicePaired, ctx.clock.nowMs())],
      ),

    /** Gives the code to type on the phone. Several callers at once get the same one. Throws `already_logged_in`. */
    code: (phone: string): Promise<string> => {
      if (isPaired()) throw fail('already_logged_in')
      asking ??= ask(phone).finally(() => {
        asking = undefined
      })
      return asking
    },
  }
}
