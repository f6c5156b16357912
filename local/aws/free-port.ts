import { createServer } from 'node:net'

/**
 * A TCP port nobody listens on now. Another process can take it before the caller does, so callers that must not fail
 * start again with another one.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address && typeof address === 'object') resolve(address.port)
        else reject(new Error('The operating system gave no port.'))
      })
    })
  })
}
