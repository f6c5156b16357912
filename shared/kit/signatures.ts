import { createHmac } from 'node:crypto'

/**
 * Signature of a webhook request by the Standard Webhooks convention: `v1,` and the base64 HMAC-SHA256 of
 * `id.timestamp.body`. The timestamp is inside, so that a recorded request cannot be replayed later.
 */
export const standardSignature = (
  secret: string | Uint8Array,
  id: string,
  timestampSeconds: number,
  body: string,
): string => `v1,${createHmac('sha256', secret).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`

/** Signature of a body alone, `sha256=<hex>`: the form of CEOX's `X-CEOX-Signature`. */
export const bodySignature = (secret: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
