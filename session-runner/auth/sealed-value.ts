import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { BufferJSON } from '@whiskeysockets/baileys'

const IV_BYTES = 12
const TAG_BYTES = 16
const JSON_VALUE = 0
const RAW_VALUE = 1
const DEFLATED_JSON = 2
const DEFLATE_FROM = 4096

/** Bytes of a value: raw bytes stay raw, everything else becomes JSON in Baileys' form (deflated when it is long). */
const encode = (value: unknown): Buffer => {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.of(RAW_VALUE), value])
  const json = Buffer.from(JSON.stringify(value, BufferJSON.replacer))
  return json.length < DEFLATE_FROM
    ? Buffer.concat([Buffer.of(JSON_VALUE), json])
    : Buffer.concat([Buffer.of(DEFLATED_JSON), deflateRawSync(json, { level: 1 })])
}

const decode = (bytes: Buffer): unknown => {
  const body = bytes.subarray(1)
  if (bytes[0] === RAW_VALUE) return body
  const json = bytes[0] === DEFLATED_JSON ? inflateRawSync(body) : body
  return JSON.parse(json.toString(), BufferJSON.reviver)
}

/** AES-256-GCM under the device's data key. `name` (device and item) is authenticated: an item cannot stand in for another. */
export const seal = (key: Uint8Array, name: string, value: unknown): Uint8Array => {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name))
  const body = Buffer.concat([cipher.update(encode(value)), cipher.final()])
  return Buffer.concat([iv, body, cipher.getAuthTag()])
}

/** Opens what `seal` made. Throws when key, name or bytes do not match. */
export const open = (key: Uint8Array, name: string, sealed: Uint8Array): unknown => {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(name))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  const body = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
  return decode(body)
}
