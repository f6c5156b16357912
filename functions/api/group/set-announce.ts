import { z } from 'zod'
import { changeGroup } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/announce',
  group: 'Group',
  summary: 'Set announce mode',
  auth: ['deviceToken'],
  input: { body: z.object({ GroupJID: groupJid, Announce: z.boolean().describe('Only administrators may write') }) },
  output: z.object({ Details: z.string() }),
  errors: groupErrors,
  needs: groupNeeds,
  examples: { body: { GroupJID: '120363312246943103@g.us', Announce: true } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    await changeGroup(port, device, body.GroupJID, { kind: 'announce', on: body.Announce })
    return { Details: 'Group Announce mode set successfully' }
  },
})
