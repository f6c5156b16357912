import { z } from 'zod'
import { changeGroup } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/locked',
  group: 'Group',
  summary: 'Lock or unlock group info',
  auth: ['deviceToken'],
  input: {
    body: z.object({ GroupJID: groupJid, Locked: z.boolean().describe('Only administrators may change the info') }),
  },
  output: z.object({ Details: z.string() }),
  errors: groupErrors,
  needs: groupNeeds,
  examples: { body: { GroupJID: '120363312246943103@g.us', Locked: true } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    await changeGroup(port, device, body.GroupJID, { kind: 'locked', on: body.Locked })
    return { Details: 'Group locked setting updated successfully' }
  },
})
