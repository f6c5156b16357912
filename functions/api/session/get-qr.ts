import { z } from 'zod'
import { awaitQr } from '#domains/devices/connection.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { qrDataUrl } from '#domains/devices/qr.ts'
import { defineOperation } from '#kit/define-operation.ts'

/** Milliseconds a caller waits for a QR code that is about to come. */
const QR_WAIT_MS = 5_000

export const operation = defineOperation({
  key: 'digigo GET /session/qr',
  group: 'Session',
  summary: 'QR code for pairing',
  description: 'The code of this moment as a PNG data URL; empty when the device is logged in already.',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ QRCode: z.string() }),
  errors: ['unauthenticated', 'no_session', 'not_ready', 'device_not_connected'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const found = await awaitQr(ctx, await ownDevice(ctx, ctx.actor), QR_WAIT_MS)
    return { QRCode: found.loggedIn ? '' : await qrDataUrl(found.code) }
  },
})
