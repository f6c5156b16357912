import { z } from 'zod'
import { setGroupPhoto } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/photo/remove',
  group: 'Group',
  summary: "Remove a group's photo",
  auth: ['deviceToken'],
  input: { body: z.object({ GroupJID: groupJid }) },
  output: z.object({ Details: z.string() }),
  errors: groupErrors,
  needs: groupNeeds,
  examples: { body: { GroupJID: '120363312246943103@g.us' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    await setGroupPhoto(port, device, body.GroupJID, undefined)
    return { Details: 'Group photo removed successfully' }
  },
})
