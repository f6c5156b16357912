import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'

const deviceFacts = z.object({
  number: z.number().int().describe('Per-tenant number of the device'),
  name: z.string(),
  state: z.string().describe('Observed connection state'),
  desired: z.enum(['online', 'offline']),
  reason: z.string().optional().describe('Why the state is what it is, in words'),
  code: z.number().int().optional().describe("WhatsApp's close or failure code"),
  jid: z.string().optional(),
  lid: z.string().optional(),
  platform: z.string().optional().describe('Kind of phone, as it named itself when it was linked'),
  restrictedUntil: z.string().optional(),
  onConnect: z.boolean().optional().describe('WhatsApp said so when the device logged in'),
  banCode: z.number().int().optional().describe("WhatsApp's number for why it banned the number for a time"),
  banSeconds: z.number().int().optional().describe('How long that ban holds'),
})

const project = (image: Image, facts: Record<string, unknown>): z.input<typeof deviceFacts> => ({
  number: Number(image.number),
  name: String(image.name),
  state: String(image.state),
  desired: image.desired as 'online',
  reason: image.reason as string | undefined,
  code: image.code as number | undefined,
  jid: image.jid as string | undefined,
  lid: image.lid as string | undefined,
  platform: image.platform as string | undefined,
  restrictedUntil: image.restrictedUntil as string | undefined,
  onConnect: facts.onConnect as boolean | undefined,
  banCode: facts.banCode as number | undefined,
  banSeconds: facts.banSeconds as number | undefined,
})

const deviceEvent = (type: string, summary: string) =>
  defineEvent({ type, version: 1, summary, data: deviceFacts, project })

export const deviceCreated = deviceEvent('device.created', 'A device was made.')
export const devicePaired = deviceEvent('device.paired', 'A phone linked the device; it logs in next.')
export const deviceConnected = deviceEvent('device.connected', 'The device is connected and logged in.')
export const deviceDisconnected = deviceEvent('device.disconnected', 'The connection ended; reason and code say why.')
export const deviceConnectFailed = deviceEvent('device.connect_failed', 'WhatsApp refused the connection or the login.')
export const deviceReplaced = deviceEvent('device.replaced', 'Another connection with the same login took over.')
export const deviceOutdated = deviceEvent('device.outdated', 'WhatsApp calls the client version outdated.')
export const deviceLoggedOut = deviceEvent(
  'device.logged_out',
  'The login ended: by the phone, by the API, or by WhatsApp.',
)
export const deviceRestricted = deviceEvent('device.restricted', 'WhatsApp restricts what the number may send.')
export const deviceDeleted = deviceEvent('device.deleted', 'The device and its login were removed.')
export const devicePairFailed = deviceEvent('device.pair_failed', 'Pairing ended without success.')

/** A QR code to scan; a new one is raised at each rotation. The code itself is a secret of minutes and part of the event. */
export const deviceQr = defineEvent({
  type: 'device.qr',
  version: 1,
  summary: 'A new QR code waits to be scanned.',
  data: z.object({ number: z.number().int(), name: z.string(), qr: z.string(), expiresAt: z.string() }),
  project: (image) => {
    const qr = image.qr as { code: string; expiresAt: string } | undefined
    return {
      number: Number(image.number),
      name: String(image.name),
      qr: qr?.code ?? '',
      expiresAt: qr?.expiresAt ?? '',
    }
  },
})
