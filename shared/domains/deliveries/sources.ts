import { LRUCache } from 'lru-cache'
import type { Context } from '#kit/context.ts'
import type { Device } from '../devices/model.ts'
import type { Webhook } from '../webhooks/model.ts'
import type { DeviceFacts } from './model.ts'

/** Where endpoints are read from. `secret…` give the signing key of an endpoint, `disable…` switch it off with its event. */
export type EndpointSources = {
  device: (ctx: Context, deviceId: string) => Promise<Device | undefined>
  webhooks: (ctx: Context, tenantId: string) => Promise<Webhook[]>
  deviceSecret: (device: Device) => Promise<string | undefined>
  webhookSecret: (webhook: Webhook) => Promise<string | undefined>
  disableDevice: (ctx: Context, device: Device, reason: string) => Promise<void>
  disableWebhook: (ctx: Context, webhook: Webhook, reason: string) => Promise<void>
  /** Whether the phone of a device has somebody in its address book. */
  isSavedContact: (ctx: Context, deviceId: string, who: { pn?: string; lid?: string }) => Promise<boolean>
}

/** Milliseconds a lookup is kept at most. */
const LOOKUP_KEPT_MS = 1000

/** Looks something up for an event that was raised at `sinceMs` (wall clock). */
export type Lookup<T> = (ctx: Context, key: string, sinceMs: number) => Promise<T>

/**
 * `load` whose answers are shared by events that were raised before the loading began. A later event gets a new one: an
 * endpoint may have been set in between, and an event it should have had is not to be lost for an older answer. So one key
 * costs one read per event when events are rare, and when they are many, one in the time they take from the write to here.
 * Failures are not kept.
 */
export const briefly = <T>(load: (ctx: Context, key: string) => Promise<T>): Lookup<T> => {
  const kept = new LRUCache<string, { begunMs: number; answer: Promise<T> }>({ max: 5000, ttl: LOOKUP_KEPT_MS })
  return (ctx, key, sinceMs) => {
    const found = kept.get(key)
    if (found && found.begunMs > sinceMs) return found.answer
    const loading = { begunMs: ctx.clock.nowMs(), answer: load(ctx, key) }
    kept.set(key, loading)
    loading.answer.catch(() => {
      if (kept.peek(key) === loading) kept.delete(key)
    })
    return loading.answer
  }
}

/** What payloads say about a device. */
export const deviceFactsOf = (device: Device): DeviceFacts => ({
  id: device.id,
  number: device.number,
  name: device.name,
  jid: device.jid,
  lid: device.lid,
  identity: device.identity,
  mediaDelivery: device.settings.s3.media_delivery as DeviceFacts['mediaDelivery'],
})

/** Host part of an address for notices; the path and query of a webhook often hold a secret. */
export const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'an invalid address')
