import { z } from 'zod'
import { getGroup } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { showGroup, shownGroup } from '#domains/groups/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo GET /group/info',
  group: 'Group',
  summary: 'Group details',
  auth: ['deviceToken'],
  input: { query: z.object({ groupJID: groupJid }) },
  output: shownGroup,
  errors: groupErrors,
  needs: groupNeeds,
  examples: { query: { groupJID: '120362023605733675@g.us' } },
  handler: async (ctx, { query }) => {
    const { port, device } = await readyDevice(ctx)
    return showGroup(await getGroup(port, device, query.groupJID))
  },
})
