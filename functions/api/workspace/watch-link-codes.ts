import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'

export const operation = defineOperation({
  key: 'guide GET /api/v1/devices/qr-code',
  group: 'Device Management',
  summary: 'QR codes over WebSocket',
  description:
    'Open a WebSocket here; `token` is the credential, no header is needed. Frames are JSON: `{"type":"qr","qr_code","image",' +
    '"expires_in"}` at once and at each rotation (`image` is a PNG data URL, `expires_in` in seconds), and as the last one ' +
    '`{"type":"success","platform","device_id","message"}`, `{"type":"timeout","message"}` or `{"type":"error","message"}`. A request ' +
    'that opens no WebSocket is answered with 426.',
  auth: ['matrixToken'],
  input: { query: z.object({ token: z.string().min(1) }) },
  output: z.object({}),
  status: 101,
  errors: ['validation_failed', 'unauthenticated', 'upgrade_required'],
  needs: { main: 'read' },
  examples: { query: { token: 'mt_abc123' } },
  // Sockets reach the job behind the WebSocket API; what comes here asked for none.
  handler: async () => {
    throw fail('upgrade_required')
  },
})
