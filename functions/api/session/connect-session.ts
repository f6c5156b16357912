import { z } from 'zod'
import { isSettled, requestOnline, watchDevice } from '#domains/devices/connection.ts'
import { parseEventNames } from '#domains/devices/event-names.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { CONNECTION_STATES } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { isConnected } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'

/** Milliseconds a caller waits for the connection, as the document says. */
const CONNECT_WAIT_MS = 10_000

export const operation = defineOperation({
  key: 'digigo POST /session/connect',
  group: 'Session',
  summary: 'Connect the session to WhatsApp',
  description:
    'Without a stored login a QR code is made, which GET /session/qr gives. `Subscribe` limits the webhook to these events; without it all are delivered. ' +
    'Waits up to 10 seconds for the connection unless `Immediate` is true.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      Subscribe: z.union([z.array(z.string()), z.string()]).optional(),
      Immediate: z.boolean().default(false),
    }),
  },
  output: z.object({ details: z.string(), events: z.string(), jid: z.string(), webhook: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'device_not_connected', 'upstream_timeout'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: { body: { Subscribe: ['Message', 'Connected'], Immediate: true } },
  handler: async (ctx, { body }) => {
    const names = parseEventNames(body.Subscribe ?? 'All', 'Subscribe')
    const events = names.length > 0 ? names : ['All']
    const own = await ownDevice(ctx, ctx.actor)
    const webhook = { url: '', active: true, style: 'digigo' as const, ...own.webhook, events }
    await changeDevice(ctx, own.id, { set: { webhook } })
    const asked = await requestOnline(ctx, commandPort(), own)
    const device = body.Immediate ? asked : await watchDevice(ctx, asked, CONNECT_WAIT_MS, isSettled(asked))
    if (!body.Immediate && device.state === 'failed') {
      throw fail('device_not_connected', { message: device.reason ?? CONNECTION_STATES.failed })
    }
    if (!body.Immediate && !isConnected(device)) {
      throw fail('upstream_timeout', {
        message: 'Not connected after 10 seconds; the attempts go on. See GET /session/status.',
      })
    }
    return {
      details: isConnected(device) ? 'Connected!' : 'Connecting',
      events: events.join(','),
      jid: device.jid ?? '',
      webhook: webhook.url,
    }
  },
})
