import { defineOperation } from '#kit/define-operation.ts'
import { liveErrors, liveNeeds } from './_live.ts'
import { devicesInput, devicesOutput, userDevices } from './_user-devices.ts'

export const operation = defineOperation({
  key: 'digigo POST /device/users',
  group: 'Device',
  summary: 'Devices of users',
  auth: ['deviceToken'],
  input: { body: devicesInput },
  output: devicesOutput,
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed'],
  needs: liveNeeds,
  examples: { body: { jids: ['5491155553934@s.whatsapp.net', '5521971532700@s.whatsapp.net'] } },
  handler: (ctx, { body }) => userDevices(ctx, body.jids),
})
