import type { Context } from '#kit/context.ts'
import { isDelivering } from '../webhooks/model.ts'
import type { Delivery, DeviceFacts, Endpoint } from './model.ts'
import { briefly, deviceFactsOf, type EndpointSources } from './sources.ts'

/** An endpoint with what its payloads say about the device, and the way to switch it off. */
export type Found = {
  endpoint: Endpoint
  device: DeviceFacts | undefined
  disable: (ctx: Context, reason: string) => Promise<void>
}

/** Finds the endpoint of a delivery; undefined when it is no more. */
export const makeFindEndpoint = (sources: EndpointSources) => {
  const deviceOf = briefly(sources.device)
  const webhooksOf = briefly(sources.webhooks)
  return async (ctx: Context, { endpoint: ref, event }: Delivery, attempt: number): Promise<Found | undefined> => {
    // A repeated attempt is to see what was corrected since the one before.
    const sinceMs = attempt === 1 ? Date.parse(event.at) : ctx.clock.nowMs()
    if (ref.kind === 'webhook') {
      const webhook = (await webhooksOf(ctx, ref.tenantId, sinceMs)).find(({ id }) => id === ref.webhookId)
      if (!webhook) return undefined
      const isTokens = webhook.style === 'guide' && event.deviceId !== undefined
      const device = isTokens ? await deviceOf(ctx, event.deviceId ?? '', sinceMs) : undefined
      const secret = (): Promise<string | undefined> => sources.webhookSecret(webhook)
      return {
        endpoint: {
          ref,
          style: webhook.style,
          url: webhook.url,
          active: isDelivering(webhook, ctx.clock.nowMs()),
          secret,
        },
        device: device && deviceFactsOf(device),
        disable: (context, reason) => sources.disableWebhook(context, webhook, reason),
      }
    }
    const device = await deviceOf(ctx, ref.deviceId, sinceMs)
    if (device?.tenantId !== ref.tenantId || !device.webhook?.url) return undefined
    const { style, url, active } = device.webhook
    return {
      endpoint: { ref, style, url, active, secret: () => sources.deviceSecret(device) },
      device: deviceFactsOf(device),
      disable: (context, reason) => sources.disableDevice(context, device, reason),
    }
  }
}
