import QRCode from 'qrcode'
import type { Device } from './model.ts'

/** The QR code of a pairing as a PNG data URL, 256 pixels wide as the DIGIGO document shows it. */
export const qrDataUrl = (code: string): Promise<string> => QRCode.toDataURL(code, { width: 256, margin: 4 })

/** The QR text a phone could scan at this moment; undefined when there is none or it has expired. */
export const currentQr = (device: Pick<Device, 'qr' | 'state'>, nowMs: number): string | undefined =>
  device.state === 'pairing' && device.qr && Date.parse(device.qr.expiresAt) > nowMs ? device.qr.code : undefined

/** `currentQr` as a PNG data URL, or an empty text: how lists show it. */
export const qrOrEmpty = async (device: Pick<Device, 'qr' | 'state'>, nowMs: number): Promise<string> => {
  const code = currentQr(device, nowMs)
  return code === undefined ? '' : qrDataUrl(code)
}
