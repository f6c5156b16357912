import { z } from 'zod'
import { requestOnline } from '#domains/devices/connection.ts'
import { createPendingDevice, devicesOf, pendingDevice } from '#domains/guide/devices.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { commandPort, counters } from '#services'
import { ownerOf, platform } from './_tokens.ts'

/** Where the QR codes are shown: on the public host, with the token in the query, as the document has it. */
const socketUrl = ({ request: { headers } }: OperationContext): string => {
  const host = process.env.PUBLIC_URL || `https://${headers.host ?? 'localhost'}`
  const token = headers.authorization?.split(/\s+/)[1] ?? ''
  return `${host.replace(/^http/, 'ws').replace(/\/$/, '')}/api/v1/devices/qr-code?token=${encodeURIComponent(token)}`
}

export const operation = defineOperation({
  key: 'guide POST /api/v1/devices',
  group: 'Device Management',
  summary: 'Ask to link a device',
  description:
    'Open the WebSocket at `qr_code_url` and scan what it shows. A device that waits for a phone is used again.',
  auth: ['matrixToken'],
  input: { body: z.object({ platform }) },
  output: z.object({ message: z.string(), qr_code_url: z.string() }),
  status: 201,
  errors: ['validation_failed', 'unauthenticated'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  idempotent: true,
  examples: { body: { platform: 'wa' } },
  handler: async (ctx) => {
    const owner = ownerOf(ctx)
    const waiting = pendingDevice(await devicesOf(ctx, owner))
    await requestOnline(ctx, commandPort(), waiting ?? (await createPendingDevice(ctx, counters(), owner)))
    return { message: 'Scan the QR code to link your device', qr_code_url: socketUrl(ctx) }
  },
})
