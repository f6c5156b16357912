import { z } from 'zod'
import { showDevice, shownDevice } from '#domains/devices/show-ceox.ts'
import { visibleDevices } from '#domains/devices/visible.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'ceox GET /api/v1/devices',
  group: 'devices',
  summary: 'Paired WhatsApp devices with status',
  description:
    'A user sees the devices of his inboxes, and without an inbox those that are in none; all of them if his role has `inbox.view_all`.',
  auth: ['apiKey', 'userToken'],
  input: {},
  output: z.array(shownDevice),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => (await visibleDevices(ctx)).map(showDevice),
})
