import { z } from 'zod'
import { showDevice, shownDevice } from '#domains/devices/show-ceox.ts'
import { assignDevice } from '#domains/inboxes/devices.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { numberId, requireNumber } from '#kit/number-id.ts'
import { inboxParams } from './_inboxes.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/inboxes/{id}/devices',
  group: 'inboxes',
  summary: 'Put a device in an inbox',
  description:
    'A device belongs to one inbox: it leaves the one it was in. Every device of the workspace can be assigned, whatever inboxes the caller is ' +
    'in himself.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: { params: inboxParams, body: z.object({ device_id: numberId('a device') }) },
  output: shownDevice,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found', 'try_again'],
  needs: { main: 'readWrite' },
  examples: { body: { device_id: 2 } },
  handler: async (ctx, { params, body }) =>
    showDevice(await assignDevice(ctx, ctx.actor, requireNumber(params.id), body.device_id)),
})
