import { z } from 'zod'
import { listBots } from '#domains/devices/business.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { documented, liveErrors, liveNeeds } from '#functions/api/user/_live.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'

export const operation = defineOperation({
  key: 'digigo GET /business/bots',
  group: 'Business',
  summary: 'Bots on offer',
  description: 'Bots that WhatsApp itself offers to the account, so all of them are verified.',
  auth: ['deviceToken'],
  input: {},
  output: z.object({
    success: z.literal(true),
    bots: z.array(z.object({ jid: z.string(), name: z.string(), description: z.string(), verified: z.boolean() })),
    count: z.number().int(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    const found = await documented('failed to retrieve bots list', listBots(commandPort(), device))
    const bots = found.map(({ jid, name, description }) => ({ jid, name, description, verified: true }))
    return { success: true as const, bots, count: bots.length }
  },
})
