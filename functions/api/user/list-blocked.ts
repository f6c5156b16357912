import { z } from 'zod'
import { readBlocklist } from '#domains/devices/privacy.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo GET /privacy/blocklist',
  group: 'Privacy',
  summary: 'Blocked contacts',
  description: 'By phone number; by LID where the device has not learnt the number.',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ success: z.literal(true), blocked_contacts: z.array(z.string()), count: z.number().int() }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    const people = await documented('failed to get blocklist', readBlocklist(commandPort(), device))
    const blocked = people.flatMap(({ pn, lid }) => pn ?? lid ?? [])
    return { success: true as const, blocked_contacts: blocked, count: blocked.length }
  },
})
