import { z } from 'zod'
import { changeGroup } from '#domains/groups/ask.ts'
import { TOPIC_LIMIT } from '#domains/groups/model.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/topic',
  group: 'Group',
  summary: "Change a group's topic",
  description: 'An empty topic takes the present one away.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      GroupJID: groupJid,
      Topic: z.string().max(TOPIC_LIMIT, `has at most ${TOPIC_LIMIT} characters`),
    }),
  },
  output: z.object({ Details: z.string() }),
  errors: groupErrors,
  needs: groupNeeds,
  examples: { body: { GroupJID: '120363312246943103@g.us', Topic: 'Welcome to our project group!' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    await changeGroup(port, device, body.GroupJID, { kind: 'topic', text: body.Topic })
    return { Details: 'Group Topic set successfully' }
  },
})
