import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { CONNECTION_STATES, type Device, isOnline, phoneOf } from '../devices/model.ts'
import { currentQr, qrDataUrl } from '../devices/qr.ts'
import { findDevice } from '../devices/repo.ts'

/** What is written to a socket that was opened to link a phone. After every frame but `qr` the socket is closed. */
export type LinkFrame =
  | { type: 'qr'; qr_code: string; image: string; expires_in: number }
  | { type: 'success'; platform: 'wa'; device_id: string; message: string }
  | { type: 'timeout'; message: string }
  | { type: 'error'; message: string }

/** Code that the client gives for a pairing nobody finished (seen in Baileys). */
const PAIRING_OVER = 408

const TIMEOUT: LinkFrame = {
  type: 'timeout',
  message: 'Nobody scanned a QR code in time. Add the device again to get new ones.',
}
const NOTHING: LinkFrame = {
  type: 'error',
  message: 'No device waits to be linked. Ask for one with POST /api/v1/devices.',
}

const qrFrame = async (code: string, expiresAt: string, nowMs: number): Promise<LinkFrame> => ({
  type: 'qr',
  qr_code: code,
  image: await qrDataUrl(code),
  expires_in: Math.max(0, Math.ceil((Date.parse(expiresAt) - nowMs) / 1000)),
})

const success = (device: Pick<Device, 'jid'>): LinkFrame => ({
  type: 'success',
  platform: 'wa',
  device_id: phoneOf(device) ?? '',
  message: 'The device is linked.',
})

/** How linking stands: a frame for what can be scanned or has ended; undefined while the next code is on its way. */
const frameOf = async (ctx: Context, device: Device | undefined): Promise<LinkFrame | undefined> => {
  if (!device) return NOTHING
  const nowMs = ctx.clock.nowMs()
  if (isOnline(device)) return success(device)
  const code = currentQr(device, nowMs)
  if (code !== undefined) return qrFrame(code, device.qr?.expiresAt ?? '', nowMs)
  if (device.state === 'failed' || device.state === 'loggedOut') {
    return { type: 'error', message: device.reason ?? CONNECTION_STATES[device.state] }
  }
  if (device.desired === 'online') return undefined
  return device.code === PAIRING_OVER ? TIMEOUT : NOTHING
}

/** The first frame of a socket that was just opened. */
export const firstFrame = async (ctx: Context, deviceId: string | undefined): Promise<LinkFrame | undefined> =>
  frameOf(ctx, deviceId === undefined ? undefined : await findDevice(ctx, deviceId))

/** Events after which linking may stand differently; of each, the device says how. */
const TURNS: ReadonlySet<string> = new Set([
  'device.connected',
  'device.disconnected',
  'device.connect_failed',
  'device.pair_failed',
  'device.logged_out',
  'device.outdated',
  'device.restricted',
  'device.deleted',
])

/** What an event of the device that is being linked means for its socket; undefined for nothing. */
export const frameFor = async (ctx: Context, event: EventRecord): Promise<LinkFrame | undefined> => {
  if (event.type === 'device.qr') {
    const { qr, expiresAt } = event.data as { qr: string; expiresAt: string }
    return qr === '' ? undefined : qrFrame(qr, expiresAt, ctx.clock.nowMs())
  }
  if (event.type === 'device.connected') return success({ jid: event.data.jid as string | undefined })
  return TURNS.has(event.type)
    ? frameOf(ctx, event.deviceId ? await findDevice(ctx, event.deviceId) : undefined)
    : undefined
}
