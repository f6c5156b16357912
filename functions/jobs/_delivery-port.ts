import { webhookDisabled } from '#domains/deliveries/events.ts'
import type { EndpointSources } from '#domains/deliveries/sources.ts'
import { originOf } from '#domains/deliveries/sources.ts'
import { findDeviceContact } from '#domains/devices/contacts.ts'
import { tokenOf } from '#domains/devices/lookup.ts'
import { changeDevice, findDevice } from '#domains/devices/repo.ts'
import { disableWebhook, listWebhooks, webhookSecret } from '#domains/webhooks/repo.ts'
import { raise } from '#kit/define-event.ts'

/** Where deliveries find endpoints, their secrets, and the way to switch them off. */
export const endpointSources: EndpointSources = {
  device: findDevice,
  webhooks: listWebhooks,
  deviceSecret: tokenOf,
  webhookSecret,
  isSavedContact: async (ctx, deviceId, who) => Boolean((await findDeviceContact(ctx, deviceId, who))?.fullName),
  disableDevice: async (ctx, device, reason) => {
    if (!device.webhook) return
    const facts = { endpoint: `d-${device.id}`, origin: originOf(device.webhook.url), reason }
    await changeDevice(ctx, device.id, {
      set: { webhook: { ...device.webhook, active: false } },
      // An address set meanwhile is another one: it has refused nothing.
      condition: { text: '#webhook.#url = :url', values: { url: device.webhook.url } },
      events: [raise(webhookDisabled, ctx.clock.nowMs(), facts)],
    })
  },
  disableWebhook: async (ctx, webhook, reason) => {
    const facts = { endpoint: `w-${webhook.id}`, origin: originOf(webhook.url), reason }
    await disableWebhook(ctx, webhook, reason, [raise(webhookDisabled, ctx.clock.nowMs(), facts)])
  },
}
