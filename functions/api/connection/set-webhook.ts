import { z } from 'zod'
import { parseEventNames } from '#domains/devices/event-names.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { checkUrl } from '#kit/safe-fetch.ts'
import { connectionDetail, connectionParams, detailOf, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own PUT /api/v1/wa-connections/{id}/webhook',
  group: 'Connections',
  summary: 'Set or remove the webhook of a connection',
  description: 'An empty URL removes it. Event names are those of DIGIGO; none means all of them.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: {
    params: connectionParams,
    body: z.object({
      url: z.string().trim().max(2048),
      events: z.array(z.string()).max(100).default(['All']),
      active: z.boolean().default(true),
    }),
  },
  output: connectionDetail,
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite' },
  examples: { body: { url: 'https://example.net/webhook', events: ['Message'] } },
  handler: async (ctx, { params, body }) => {
    if (body.url) checkUrl(body.url, 'url')
    const names = parseEventNames(body.events, 'events')
    const device = await requireConnection(ctx, params.id)
    const webhook = {
      url: body.url,
      events: names.length > 0 ? names : ['All'],
      active: body.active && body.url !== '',
      style: device.webhook?.style ?? ('digigo' as const),
    }
    const changed = await changeDevice(ctx, device.id, { set: { webhook: body.url ? webhook : undefined } })
    if (!changed) throw fail('not_found')
    return detailOf(changed, ctx.clock.nowMs())
  },
})
