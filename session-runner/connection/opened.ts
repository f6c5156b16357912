import { deviceConnected } from '#domains/devices/events.ts'
import type { Device } from '#domains/devices/model.ts'
import { isoTime } from '#kit/clock.ts'
import type { AuthState } from '../auth/auth-state.ts'
import type { RunnerServices } from '../services.ts'
import type { DeviceRecord } from './device-record.ts'
import type { MediaTransport } from './media-transport.ts'
import type { OwnPicture } from './own-picture.ts'
import type { Presence } from './presence.ts'
import type { LiveSocket } from './socket.ts'

type OpenedParts = {
  services: Pick<RunnerServices, 'config' | 'ctx' | 'mediaFetcher'>
  device: Pick<Device, 'id' | 'tenantId'>
  record: DeviceRecord
  presence: Presence
  ownPicture: OwnPicture
  socket: () => LiveSocket | undefined
}

/**
 * What is done when a connection has opened. "Available" comes first: until then WhatsApp takes receipts for those of an absent
 * client. Nothing that comes after it may end the connection.
 */
export const makeOpened = ({ services, device, record, presence, ownPicture, socket }: OpenedParts) => {
  const { ctx, mediaFetcher } = services
  return async (live: LiveSocket, { creds: { me } }: AuthState, transport: MediaTransport): Promise<void> => {
    if (me?.name) presence.available(live)
    else presence.availableUnnamed(live)
    // Another network's media hosts have names of their own, which messages may leave out.
    if (services.config.whatsAppUrl) void live.refreshMediaConn().catch(() => undefined)
    void mediaFetcher.resume(device.id, device.tenantId, socket, transport.dispatcher).catch((error: unknown) => {
      ctx.log.error('media of earlier messages not taken up', { deviceId: device.id, error: String(error) })
    })
    void ownPicture.refreshIfOld(live).catch(() => undefined)
    await record.transition({
      state: 'online',
      event: deviceConnected,
      set: {
        jid: me?.id,
        lid: me?.lid,
        pushName: me?.name ?? record.current().pushName,
        lastConnectedAt: isoTime(ctx.clock.nowMs()),
        reconnectAttempts: 0,
        nextRetryAt: undefined,
        qr: undefined,
        pairing: undefined,
      },
    })
  }
}
