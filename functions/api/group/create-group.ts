import { z } from 'zod'
import { createGroup } from '#domains/groups/ask.ts'
import { groupNameField, peopleField, peopleJids } from '#domains/groups/input.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { showGroup, shownGroup, shownRefusal, showRefusal } from '#domains/groups/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/create',
  group: 'Group',
  summary: 'Create a group',
  description: 'Who could not be added is named in `Refused`, with the reason; the group exists nevertheless.',
  auth: ['deviceToken'],
  input: {
    body: z.object({ Name: groupNameField('must not be empty'), Participants: peopleField('must not be empty') }),
  },
  output: shownGroup.extend({ Refused: z.array(shownRefusal).optional() }),
  errors: groupErrors,
  needs: { ...groupNeeds, main: 'readWrite' },
  idempotent: true,
  examples: { body: { Name: 'My New Group', Participants: ['5491112345678', '5491123456789'] } },
  handler: async (ctx, { body }) => {
    const participants = peopleJids(body.Participants, 'Participants')
    const { port, device } = await readyDevice(ctx)
    const { group, refused } = await createGroup(port, device, body.Name, participants)
    return { ...showGroup(group), ...(refused.length > 0 && { Refused: refused.map(showRefusal) }) }
  },
})
