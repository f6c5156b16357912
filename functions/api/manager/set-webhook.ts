import { z } from 'zod'
import { changeDevice } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { checkUrl } from '#kit/safe-fetch.ts'
import { requireSession } from './_session.ts'

export const operation = defineOperation({
  key: 'manager POST /api/webhook',
  group: 'API Documentation',
  summary: 'Set the webhook URL of a token',
  description: 'An empty URL removes the webhook.',
  auth: ['managerKey'],
  input: { body: z.object({ token: z.string().min(1), url: z.string().max(2048) }) },
  output: z.object({ message: z.string(), url: z.string() }),
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated', 'not_found'],
  needs: { main: 'readWrite' },
  examples: { body: { token: 'my-token', url: 'https://your-webhook.com/endpoint' } },
  handler: async (ctx, { body }) => {
    const { url } = body
    if (url) checkUrl(url, 'url')
    const device = await requireSession(ctx, body.token)
    const webhook = { url, events: ['All'], active: url !== '', style: 'manager' as const }
    await changeDevice(ctx, device.id, { set: { webhook } })
    return { message: 'Webhook updated', url }
  },
})
