import crypto, { createSecretKey } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/** Marks the wrapped functions, so that a second call changes nothing. */
const WRAPPED = Symbol.for('sandbox-whatsapp.fast-keys')

function keyed(key: unknown): unknown {
  return key instanceof Uint8Array ? createSecretKey(key) : key
}

/**
 * Makes Node's HMAC and AES functions wrap keys given as bytes into key objects, for the whole process. Node 24 finds
 * out that bytes are no key object by catching an error with a stack trace, ten microseconds each time, and the Signal
 * libraries pass bytes some thirty times per message. Results are the same; only programs of their own may call this.
 */
export function useFastKeys(): void {
  if (Reflect.get(crypto.createHmac, WRAPPED)) return
  const { createHmac, createCipheriv, createDecipheriv } = crypto
  const wrap = (original: (...args: never[]) => unknown) => {
    const call = original as (...args: unknown[]) => unknown
    const wrapped = (algorithm: unknown, key: unknown, ...rest: unknown[]) => call(algorithm, keyed(key), ...rest)
    Reflect.set(wrapped, WRAPPED, true)
    return wrapped
  }
  Object.assign(crypto, {
    createHmac: wrap(createHmac),
    createCipheriv: wrap(createCipheriv),
    createDecipheriv: wrap(createDecipheriv),
  })
  syncBuiltinESMExports()
}
