import { z } from 'zod'
import { inviteCode } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo GET /group/invitelink',
  group: 'Group',
  summary: 'Invite link of a group',
  description: 'With `reset=true` the present link is taken back, and a new one given.',
  auth: ['deviceToken'],
  input: {
    query: z.object({ groupJID: groupJid, reset: z.enum(['true', 'false'], 'must be true or false').optional() }),
  },
  output: z.object({ InviteLink: z.string() }),
  errors: groupErrors,
  needs: groupNeeds,
  examples: { query: { groupJID: '120363312246943103@g.us', reset: 'false' } },
  handler: async (ctx, { query }) => {
    const { port, device } = await readyDevice(ctx)
    const code = await inviteCode(port, device, query.groupJID, query.reset === 'true')
    return { InviteLink: `https://chat.whatsapp.com/${code}` }
  },
})
