import type { Device } from '#domains/devices/model.ts'
import { shownConfig } from '#domains/devices/settings.ts'
import { transportConfigs, transportSkips } from '#domains/devices/shown-settings.ts'

/** `wa_os_name` as the answer to a creation spells it: `waOsName`. */
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A new device as the answer to a creation shows it: the document spells its names differently from the GET operations. */
export const createdUser = ({ id, name, settings, webhook }: Device, token: string) => {
  const { whatsapp_config } = transportConfigs(settings)
  return {
    id,
    name,
    token,
    echoApiMessages: settings.echoApiMessages,
    skipMediaDownload: settings.skipMedia,
    skipGroups: settings.skipGroups,
    skipNewsletters: settings.skipNewsletters,
    skipBroadcasts: settings.skipBroadcasts,
    skipOwnMessages: settings.skipOwnMessages,
    globalTransportSkips: transportSkips(settings),
    isFromAPI: settings.echoApiMessages,
    skipCalls: settings.skipCalls,
    callRejectMessage: settings.callRejectMessage,
    callRejectType: settings.callRejectType,
    webhook: webhook?.url ?? '',
    events: webhook?.events.join(',') ?? '',
    expiration: settings.expiration,
    proxyConfig: { enabled: settings.proxy.enabled === true, proxyURL: settings.proxy.proxy_url ?? '' },
    s3Config: { enabled: false, ...shownConfig(settings.s3) },
    rabbitmqConfig: { enabled: false, ...shownConfig(settings.rabbitmq) },
    whatsappConfig: Object.fromEntries(Object.entries(whatsapp_config).map(([field, value]) => [camel(field), value])),
  }
}
