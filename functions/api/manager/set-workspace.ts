import { z } from 'zod'
import { changeDevice } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireSession } from './_session.ts'

export const operation = defineOperation({
  key: 'manager POST /api/workspace',
  group: 'API Documentation',
  summary: 'Put a token in a workspace',
  description: 'A workspace is a plain name; an empty one takes the token out of its workspace.',
  auth: ['managerKey'],
  input: { body: z.object({ token: z.string().min(1), workspace: z.string().trim().max(255) }) },
  output: z.object({ message: z.string(), workspace: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'not_found'],
  needs: { main: 'readWrite' },
  examples: { body: { token: 'my-token', workspace: 'Marketing' } },
  handler: async (ctx, { body }) => {
    const device = await requireSession(ctx, body.token)
    await changeDevice(ctx, device.id, { set: { workspace: body.workspace || undefined } })
    return { message: 'Workspace updated', workspace: body.workspace }
  },
})
