import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { eventsField, eventsOf, requiredUrl, urlFields } from './_webhook.ts'

export const operation = defineOperation({
  key: 'digigo POST /webhook',
  group: 'Webhook',
  summary: 'Set webhook and events',
  auth: ['deviceToken'],
  input: { body: z.object({ ...urlFields, events: eventsField }) },
  output: z.object({ WebhookURL: z.string(), Events: z.array(z.string()) }),
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated'],
  needs: { main: 'readWrite' },
  examples: { body: { webhookurl: 'https://example.net/webhook', events: ['Message', 'ReadReceipt'] } },
  handler: async (ctx, { body }) => {
    const url = requiredUrl(body)
    const events = eventsOf(body.events)
    const device = await ownDevice(ctx, ctx.actor)
    await changeDevice(ctx, device.id, { set: { webhook: { url, events, active: true, style: 'digigo' } } })
    return { WebhookURL: url, Events: events }
  },
})
