import { z } from 'zod'
import { dispatch, makeCommand } from '#domains/commands/dispatch.ts'
import { isOnline } from '#domains/devices/model.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { conversationParams, requireConversation } from './_find.ts'

/** Milliseconds after which it is too late to show it: by then the message is there, or nobody writes any more. */
const TOO_LATE_MS = 5_000

export const operation = defineOperation({
  key: 'own POST /api/v1/conversations/{id}/typing',
  group: 'conversations',
  summary: 'Show the contact that somebody writes',
  description:
    'WhatsApp shows it for some 25 seconds, or until the message or `paused`: say `composing` again every ten seconds while somebody writes. ' +
    'Nothing waits for it, and a device that is not connected shows nothing (`shown` is false).',
  auth: ['apiKey', 'userToken'],
  capability: 'chats.send',
  input: {
    params: conversationParams,
    body: z.object({ state: z.enum(['composing', 'recording', 'paused']) }),
  },
  output: z.object({ shown: z.boolean() }),
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'read', commands: 'send', session: 'read' },
  examples: { body: { state: 'composing' } },
  handler: async (ctx, { params, body: { state } }) => {
    const { conversation, device } = await requireConversation(ctx, params.id)
    if (!isOnline(device)) return { shown: false }
    const work = { type: 'chat.presence', chat: conversation.chat, state } as const
    await dispatch(commandPort(), device, makeCommand(ctx.clock, device, work, { waitMs: TOO_LATE_MS }))
    return { shown: true }
  },
})
