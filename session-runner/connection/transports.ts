import type { Device } from '#domains/devices/model.ts'
import { parseProxyUrl } from '#kit/proxy-url.ts'
import type { RunnerConfig } from '../config.ts'
import { liveTransport, type MediaTransport, sandboxTransport } from './media-transport.ts'
import { type Dial, dialThrough } from './proxy-dial.ts'

/** Opens a value that was sealed for a device (`#kit/crypto.ts`). */
export type OpenSecret = (sealed: string, context: string) => Promise<string>

/** How each device's connection travels. */
export type Transports = {
  /** What all devices without a proxy share. */
  shared: MediaTransport
  /** A device's own: through its proxy, and never past it. Throws when the proxy's URL cannot be used. */
  of: (device: Pick<Device, 'id' | 'settings'>) => Promise<MediaTransport>
}

/** Makes the transports of a task. */
export const makeTransports = (config: Pick<RunnerConfig, 'whatsAppUrl'>, openSecret: OpenSecret): Transports => {
  const over = (dial?: Dial): MediaTransport =>
    config.whatsAppUrl ? sandboxTransport(config.whatsAppUrl, dial) : liveTransport(dial)
  const shared = over()
  return {
    shared,
    of: async ({ id, settings }) => {
      const { enabled, proxy_url_sealed: sealed } = settings.proxy
      if (enabled !== true || typeof sealed !== 'string') return shared
      return over(dialThrough(parseProxyUrl(await openSecret(sealed, `${id}.proxy_url`))))
    },
  }
}
