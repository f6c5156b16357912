import { z } from 'zod'
import { tokenOf } from '#domains/devices/lookup.ts'
import { avatarOf, type Device } from '#domains/devices/model.ts'
import { qrOrEmpty } from '#domains/devices/qr.ts'
import { flatSettings, transportConfigs } from '#domains/devices/shown-settings.ts'
import { hasLogin, isConnected } from '#domains/devices/status.ts'

/** A user as the GET operations show it. */
export const shownUser = z.looseObject({ id: z.string(), name: z.string(), token: z.string(), connected: z.boolean() })

const asText = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value

/** A device as DIGIGO's user with its full configuration; secrets are masked. */
export const userOfDevice = async (device: Device, nowMs: number): Promise<z.input<typeof shownUser>> => {
  const configs = transportConfigs(device.settings)
  const rabbitmq_config = Object.fromEntries(
    Object.entries(configs.rabbitmq_config).map(([name, value]) => [name, asText(value)]),
  )
  return {
    id: device.id,
    name: device.name,
    avatar_url: avatarOf(device, nowMs),
    token: await tokenOf(device),
    webhook: device.webhook?.url ?? '',
    jid: device.jid ?? '',
    qrcode: await qrOrEmpty(device, nowMs),
    connected: isConnected(device),
    loggedIn: hasLogin(device),
    expiration: device.settings.expiration,
    events: device.webhook?.events.join(',') ?? '',
    ...flatSettings(device.settings),
    ...configs,
    rabbitmq_config,
  }
}
