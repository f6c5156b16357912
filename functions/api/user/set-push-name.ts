import { z } from 'zod'
import { setPushName } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, required } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo POST /user/pushname',
  group: 'User',
  summary: 'Change own display name',
  description: 'The name that other people see. It may take minutes until all contacts have it.',
  auth: ['deviceToken'],
  input: { body: z.object({ push_name: z.string().max(255).optional().describe('Required. The new name') }) },
  output: z.object({ success: z.literal(true), message: z.string(), push_name: z.string() }),
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'try_again'],
  needs: liveNeeds,
  examples: { body: { push_name: 'John Doe' } },
  handler: async (ctx, { body }) => {
    const name = required(body.push_name, 'push name cannot be empty')
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to set push name', setPushName(commandPort(), device, name))
    return { success: true as const, message: 'Push name updated successfully', push_name: name }
  },
})
