import { z } from 'zod'
import { changeGroup } from '#domains/groups/ask.ts'
import { groupNameField } from '#domains/groups/input.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/name',
  group: 'Group',
  summary: 'Rename a group',
  auth: ['deviceToken'],
  input: { body: z.object({ GroupJID: groupJid, Name: groupNameField('must not be empty') }) },
  output: z.object({ Details: z.string() }),
  errors: groupErrors,
  needs: groupNeeds,
  examples: { body: { GroupJID: '120363312246943103@g.us', Name: 'My New Group Name' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    await changeGroup(port, device, body.GroupJID, { kind: 'name', name: body.Name })
    return { Details: 'Group Name set successfully' }
  },
})
