import { z } from 'zod'
import { awaitQr } from '#domains/devices/connection.ts'
import { qrDataUrl } from '#domains/devices/qr.ts'
import { isWanted } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { EITHER, infoOf, requireSession } from './_session.ts'

/** Milliseconds for the first code of a session that has just been started. */
const QR_WAIT_MS = 10_000

export const operation = defineOperation({
  key: 'manager POST /api/qrcode',
  group: 'API Documentation',
  summary: 'QR code of a session',
  description: 'The code of this moment as a PNG data URL, or who is logged in already.',
  auth: EITHER,
  input: { body: z.object({ token: z.string().min(1) }) },
  output: z.looseObject({ qrcode: z.string().optional(), message: z.string().optional() }),
  errors: ['unauthenticated', 'not_found', 'conflict', 'not_ready', 'device_not_connected'],
  needs: { main: 'read' },
  examples: { body: { token: 'my-token' } },
  handler: async (ctx, { body }) => {
    const device = await requireSession(ctx, body.token)
    if (!isWanted(device)) {
      const message =
        device.state === 'idle' && device.reason
          ? `${device.reason} Start the session again with POST /api/start.`
          : 'The session is not started. Call POST /api/start first.'
      throw fail('conflict', { message })
    }
    const found = await awaitQr(ctx, device, QR_WAIT_MS)
    return found.loggedIn ? { ...infoOf(found.device), status: true } : { qrcode: await qrDataUrl(found.code) }
  },
})
