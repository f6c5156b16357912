import type { DeviceSettings } from './model.ts'
import { shownConfig } from './settings.ts'

/** The switches that keep a device's events out of the shared transports. */
export const SKIP_FLAGS = [
  'skipGlobalWebhook',
  'skipGlobalRabbitMQ',
  'skipGlobalSQS',
  'skipGlobalRedis',
  'skipGlobalWebSocket',
  'skipGlobalS3',
] as const

/** All skip flags with their values. */
export const transportSkips = (settings: DeviceSettings): Record<(typeof SKIP_FLAGS)[number], boolean> =>
  Object.fromEntries(SKIP_FLAGS.map((name) => [name, settings.transportSkips[name] === true])) as Record<
    (typeof SKIP_FLAGS)[number],
    boolean
  >

/** The switches of a device under the names that answers of DIGIGO's GET operations have. */
export const flatSettings = (settings: DeviceSettings) => ({
  skip_media_download: settings.skipMedia,
  skip_groups: settings.skipGroups,
  skip_newsletters: settings.skipNewsletters,
  skip_broadcasts: settings.skipBroadcasts,
  skip_own_messages: settings.skipOwnMessages,
  skip_calls: settings.skipCalls,
  call_reject_message: settings.callRejectMessage,
  call_reject_type: settings.callRejectType,
  globalTransportSkips: transportSkips(settings),
  isFromAPI: settings.echoApiMessages,
  echo_api_messages: settings.echoApiMessages,
})

const whenEnabled = (stored: Record<string, unknown>): Record<string, unknown> =>
  stored.enabled === true ? shownConfig(stored) : { enabled: false }

/** The transports' configurations with every secret masked; one that is off shows only that. */
export const transportConfigs = (settings: DeviceSettings) => ({
  proxy_config: {
    enabled: settings.proxy.enabled === true,
    proxy_url: typeof settings.proxy.proxy_url === 'string' ? settings.proxy.proxy_url : '',
  },
  s3_config: whenEnabled(settings.s3),
  rabbitmq_config: whenEnabled(settings.rabbitmq),
  whatsapp_config: { wa_platform: 'WEB', wa_release_channel: 'RELEASE', ...settings.whatsapp },
})
