import type { Context } from '#kit/context.ts'
import { sha256 } from '#kit/crypto.ts'
import type { EventRecord } from '#kit/define-event.ts'
import type { Device } from '../devices/model.ts'
import { echoesGlobally, isSkipped } from '../devices/skips.ts'
import { isDelivering, type Webhook } from '../webhooks/model.ts'
import type { Delivery } from './model.ts'
import { digigoName, isApiEcho, isDeliverable } from './names.ts'
import { messageFactsOf } from './payloads/message-facts.ts'
import { briefly, type EndpointSources } from './sources.ts'

/** Gives the deliveries an event needs: one per endpoint that wants it, none for most events. */
export type FanOut = (ctx: Context, event: EventRecord) => Promise<Delivery[]>

/** Finds the endpoints of events. Events that wait together share the lookups (see `briefly`). */
export const makeFanOut = (sources: Pick<EndpointSources, 'device' | 'webhooks'>): FanOut => {
  const deviceOf = briefly(sources.device)
  const webhooksOf = briefly(sources.webhooks)
  return async (ctx, event) => {
    if (!isDeliverable(event)) return []
    const raisedMs = Date.parse(event.at)
    const [device, webhooks] = await Promise.all([
      event.deviceId === undefined ? undefined : deviceOf(ctx, event.deviceId, raisedMs),
      isInboundMessage(event) ? webhooksOf(ctx, event.tenantId, raisedMs) : [],
    ])
    const { tenantId } = event
    const deliveries: Delivery[] = webhooks
      .filter((webhook) => isDelivering(webhook, ctx.clock.nowMs()) && concerns(webhook, device))
      .map(({ id }) => ({ endpoint: { kind: 'webhook', tenantId, webhookId: id }, event }))
    if (device && device.tenantId === tenantId && deviceWants(device, event)) {
      const address = sha256(device.webhook?.url ?? '').slice(0, 12)
      deliveries.push({ endpoint: { kind: 'device', tenantId, deviceId: device.id }, event, address })
    }
    return deliveries
  }
}

/** A workspace's webhook gets what all its devices receive, a token's what those of its identity do. */
const concerns = ({ owner }: Webhook, device: Device | undefined): boolean =>
  owner === undefined || (device !== undefined && device.identity === owner.identity)

const isInboundMessage = (event: EventRecord): boolean =>
  event.type === 'message.received' && event.data.direction === 'in'

/** Whether the device's own webhook wants the event, by its subscription and the device's filters. */
export const deviceWants = (device: Pick<Device, 'webhook' | 'settings'>, event: EventRecord): boolean => {
  const { webhook, settings } = device
  const name = digigoName(event)
  if (!webhook?.active || !webhook.url || !name) return false
  const askedFor = (event.data.payload as { echoApi?: unknown } | undefined)?.echoApi === true
  if (isApiEcho(event) && !askedFor && !(settings.echoApiMessages && echoesGlobally())) return false
  if (event.type.startsWith('message.') && isFilteredOut(settings, event, askedFor)) return false
  if (event.type.startsWith('call.') && settings.skipCalls) return false
  return webhook.style === 'manager' || webhook.events.includes('All') || webhook.events.includes(name)
}

/** Receipts of own messages are no messages of one's own; one whose echo was asked for is wanted. */
const isFilteredOut = (settings: Device['settings'], event: EventRecord, askedFor: boolean): boolean => {
  const { chat, direction } = messageFactsOf(event)
  const isOwn = event.type === 'message.received' || isApiEcho(event)
  return isSkipped(settings, { chat, fromMe: isOwn && direction === 'out' && !askedFor })
}
