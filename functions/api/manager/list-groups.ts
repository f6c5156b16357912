import { z } from 'zod'
import { listGroups } from '#domains/groups/ask.ts'
import { jidOf } from '#domains/groups/model.ts'
import { assertCanSend } from '#domains/messages/send-rules.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { EITHER, requireSession, tokenQuery } from './_session.ts'

const group = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  owner: z.string(),
  participants: z.number().int(),
  announce: z.boolean(),
})

export const operation = defineOperation({
  key: 'manager GET /api/groups',
  group: 'API Documentation',
  summary: 'Groups a token has joined',
  auth: EITHER,
  input: { query: tokenQuery },
  output: z.object({ data: z.array(group) }),
  errors: ['validation_failed', 'unauthenticated', 'not_found', 'device_not_connected', 'device_logged_out'],
  needs: { main: 'read', session: 'read', commands: 'send' },
  handler: async (ctx, { query }) => {
    const device = await requireSession(ctx, query.token)
    assertCanSend(device, 'device')
    const groups = await listGroups(commandPort(), device, false)
    return {
      data: groups.map(({ jid, name, topic, owner, size, isAnnounce }) => ({
        id: jid,
        name,
        description: topic?.text ?? '',
        owner: (owner && jidOf(owner)) ?? '',
        participants: size,
        announce: isAnnounce,
      })),
    }
  },
})
