import jsqr, { type Options, type QRCode } from 'jsqr'
import { PNG } from 'pngjs'
import { ControlError } from './control-error.ts'

type Decode = (data: Uint8ClampedArray, width: number, height: number, options?: Options) => QRCode | null

const DATA_URL = 'data:image/png;base64,'

/** Text of a QR code given as text or as PNG data URL. Throws a 400 when the picture holds no readable code. */
export function qrText(input: string): string {
  if (!input.startsWith('data:')) return input
  if (!input.startsWith(DATA_URL)) throw new ControlError(400, 'invalid_qr', 'Only PNG pictures can be scanned.')
  let picture: PNG
  try {
    picture = PNG.sync.read(Buffer.from(input.slice(DATA_URL.length), 'base64'))
  } catch {
    throw new ControlError(400, 'invalid_qr', 'This is not a PNG picture.')
  }
  // Under ES modules the import is the function itself; the package's types describe the wrapper of bundlers.
  const decode = jsqr as unknown as Decode
  const found = decode(new Uint8ClampedArray(picture.data), picture.width, picture.height)
  if (!found?.data) throw new ControlError(400, 'invalid_qr', 'No QR code was found in the picture.')
  return found.data
}
