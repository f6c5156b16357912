import { z } from 'zod'
import { changeSettings, reconnect } from '#domains/devices/change-settings.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { sealProxy } from '#domains/devices/settings.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseProxyUrl } from '#kit/proxy-url.ts'
import { commandPort } from '#services'

const body = z
  .object({
    proxy_url: z.string().max(2048).describe('http://, https:// or socks5://[user:pass@]host:port'),
    enable: z.boolean(),
  })
  .refine(({ proxy_url, enable }) => !enable || proxy_url !== '', {
    message: 'is needed to enable the proxy',
    path: ['proxy_url'],
  })

export const operation = defineOperation({
  key: 'digigo POST /session/proxy',
  group: 'Session',
  summary: 'Set the proxy of the session',
  description:
    'The connection to WhatsApp and all media travel through the proxy, and never past it. A session that is connected is connected anew. ' +
    'Passwords are masked in the answer. GET /session/status says when the proxy cannot be reached.',
  auth: ['deviceToken'],
  input: { body },
  output: z.object({ Details: z.string(), ProxyURL: z.string() }),
  envelope: 'flat',
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated', 'try_again'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: { body: { proxy_url: 'socks5://user:pass@proxy.example.com:1080', enable: true } },
  handler: async (ctx, { body: { proxy_url, enable } }) => {
    if (proxy_url !== '') parseProxyUrl(proxy_url)
    const device = await ownDevice(ctx, ctx.actor)
    const proxy = await sealProxy(device.id, { enabled: enable, proxy_url })
    const changed = await changeSettings(ctx, device, { proxy })
    await reconnect(commandPort(), changed)
    return {
      Details: enable ? 'Proxy configured successfully' : 'Proxy disabled successfully',
      ProxyURL: String(proxy.proxy_url),
    }
  },
})
