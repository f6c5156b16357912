import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { eventsField, eventsOf, noWebhook, urlFields, urlOf } from './_webhook.ts'

export const operation = defineOperation({
  key: 'digigo PUT /webhook',
  group: 'Webhook',
  summary: 'Change webhook URL, events, activation',
  description: 'Fields that are left out keep their value. An inactive webhook keeps its URL and gets nothing.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      ...urlFields,
      events: eventsField.optional(),
      Active: z.boolean().optional(),
      active: z.boolean().optional(),
    }),
  },
  output: z.object({ Webhook: z.string(), Events: z.array(z.string()), active: z.boolean() }),
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated'],
  needs: { main: 'readWrite' },
  examples: { body: { webhookurl: 'https://example.net/webhook', events: ['Message'], Active: true } },
  handler: async (ctx, { body }) => {
    const url = urlOf(body)
    const events = body.events === undefined ? undefined : eventsOf(body.events)
    const active = body.Active ?? body.active
    const device = await ownDevice(ctx, ctx.actor)
    const before = device.webhook ?? noWebhook
    const webhook = {
      ...before,
      style: 'digigo' as const,
      url: url ?? before.url,
      events: events ?? before.events,
      active: active ?? before.active,
    }
    await changeDevice(ctx, device.id, { set: { webhook } })
    return { Webhook: webhook.url, Events: webhook.events, active: webhook.active }
  },
})
