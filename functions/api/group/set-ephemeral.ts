import { z } from 'zod'
import { changeGroup } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

const DAY = 86_400

/** Seconds by the document's names. */
const SECONDS = { '24h': DAY, '7d': 7 * DAY, '90d': 90 * DAY, off: 0 } as const

export const operation = defineOperation({
  key: 'digigo POST /group/ephemeral',
  group: 'Group',
  summary: "Set a group's disappearing timer",
  auth: ['deviceToken'],
  input: {
    body: z.object({
      GroupJID: groupJid,
      Duration: z.enum(['24h', '7d', '90d', 'off'], 'must be 24h, 7d, 90d or off'),
    }),
  },
  output: z.object({ Details: z.string() }),
  errors: groupErrors,
  needs: groupNeeds,
  examples: { body: { GroupJID: '120363312246943103@g.us', Duration: '24h' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    await changeGroup(port, device, body.GroupJID, { kind: 'ephemeral', seconds: SECONDS[body.Duration] })
    return { Details: 'Disappearing timer set successfully' }
  },
})
