import { z } from 'zod'
import { awaitQr } from '#domains/devices/connection.ts'
import { qrDataUrl } from '#domains/devices/qr.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { connectionParams, MANAGERS, requireConnection } from './_connection.ts'

/** Milliseconds to wait for a code that is about to come. */
const QR_WAIT_MS = 8_000

export const operation = defineOperation({
  key: 'own GET /api/v1/wa-connections/{id}/qr',
  group: 'Connections',
  summary: 'The QR code to scan now',
  description:
    'Waits some seconds for a code that is about to come. Each new one is announced by the event `device.qr`.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: connectionParams },
  output: z.object({
    loggedIn: z.boolean(),
    qr: z.string().nullable(),
    image: z.string().nullable().describe('PNG data URL'),
    expiresAt: z.string().nullable(),
  }),
  errors: ['unauthenticated', 'forbidden', 'not_found', 'no_session', 'not_ready', 'device_not_connected'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => {
    const found = await awaitQr(ctx, await requireConnection(ctx, params.id), QR_WAIT_MS)
    if (found.loggedIn) return { loggedIn: true, qr: null, image: null, expiresAt: null }
    const expiresAt = found.device.qr?.expiresAt ?? null
    return { loggedIn: false, qr: found.code, image: await qrDataUrl(found.code), expiresAt }
  },
})
