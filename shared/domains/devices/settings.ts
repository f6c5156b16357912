import { z } from 'zod'
import { encryptAtRest } from '#kit/crypto.ts'
import { type DeviceSettings, deviceSettings } from './model.ts'

/** What answers show in place of a secret. */
const MASK = '***'

/** Settings of one transport as they are stored: plain values, and beside them the sealed ones, named `<name>_sealed`. */
type Stored = Record<string, unknown>

const text = z.string().max(2048)
const flag = z.boolean()
const count = z.number().int().nonnegative()

/** A value for which the document has two spellings: the first is stored. */
const renamed = (aliases: Record<string, string>) => (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).map(([name, entry]) => [aliases[name] ?? name, entry]))

/** Proxy of a device. */
export const proxyConfig = z
  .object({ enabled: flag.default(false), proxyURL: text.optional(), proxy_url: text.optional() })
  .transform(renamed({ proxyURL: 'proxy_url' }))

/** S3 settings; camelCase spellings are accepted beside the preferred ones. */
export const s3Config = z
  .object({
    enabled: flag.default(false),
    endpoint: text,
    region: text,
    bucket: text,
    access_key: text,
    accessKey: text,
    secret_key: text,
    secretKey: text,
    path_style: flag,
    pathStyle: flag,
    public_url: text,
    publicUrl: text,
    media_delivery: z.enum(['base64', 's3', 'both']),
    mediaDelivery: z.enum(['base64', 's3', 'both']),
    retention_days: count,
    retentionDays: count,
    disable_acl: flag,
    disableAcl: flag,
  })
  .partial()
  .transform(
    renamed({
      accessKey: 'access_key',
      secretKey: 'secret_key',
      pathStyle: 'path_style',
      publicUrl: 'public_url',
      mediaDelivery: 'media_delivery',
      retentionDays: 'retention_days',
      disableAcl: 'disable_acl',
    }),
  )

/** RabbitMQ settings. */
export const rabbitmqConfig = z
  .object({
    enabled: flag,
    url: text.regex(/^amqps?:\/\//, 'must be an amqp or amqps URL'),
    exchange: text,
    exchange_type: z.enum(['topic', 'direct', 'fanout', 'headers']),
    queue: text,
    queue_type: z.enum(['classic', 'quorum', 'stream']),
    routing_key: text,
    events: text,
    durable: flag,
    auto_delete: flag,
    exclusive: flag,
    no_wait: flag,
    delivery_mode: z.union([z.literal(1), z.literal(2)]),
    dead_letter_exchange: text,
    dead_letter_routing_key: text,
    message_ttl: count,
    max_length: count,
    max_length_bytes: count,
    queue_arguments: z.record(z.string(), z.unknown()),
    exchange_arguments: z.record(z.string(), z.unknown()),
    connection_pool_size: count,
    worker_count: count,
    queue_buffer_size: count,
    batch_size: count,
    batch_timeout_ms: count,
    publish_timeout_ms: count,
    max_retries: count,
    retry_delay_ms: count,
  })
  .partial()

/** Spelling in requests → the name that answers of GET operations have. */
const WHATSAPP_NAMES: Record<string, string> = {
  waVersion: 'wa_version',
  waPlatform: 'wa_platform',
  waReleaseChannel: 'wa_release_channel',
  waWebSubPlatform: 'wa_web_sub_platform',
  waOSName: 'wa_os_name',
  waOsName: 'wa_os_name',
  waOSVersion: 'wa_os_version',
  waOsVersion: 'wa_os_version',
  waDeviceName: 'wa_device_name',
  waManufacturer: 'wa_manufacturer',
  waDeviceBoard: 'wa_device_board',
  waLocaleLanguage: 'wa_locale_language',
  waLocaleCountry: 'wa_locale_country',
  waMCC: 'wa_mcc',
  waMcc: 'wa_mcc',
  waMNC: 'wa_mnc',
  waMnc: 'wa_mnc',
  waConnectType: 'wa_connect_type',
  waPlatformType: 'wa_platform_type',
}

/** How the client presents itself to WhatsApp. */
export const whatsappConfig = z
  .object({
    waVersion: text,
    waPlatform: z.enum(['WEB', 'ANDROID', 'IOS']),
    waReleaseChannel: z.enum(['RELEASE', 'BETA']),
    waWebSubPlatform: z.enum(['WEB_BROWSER', 'DARWIN']),
    waOSName: text,
    waOsName: text,
    waOSVersion: text,
    waOsVersion: text,
    waDeviceName: text,
    waManufacturer: text,
    waDeviceBoard: text,
    waLocaleLanguage: text,
    waLocaleCountry: text,
    waMCC: text,
    waMcc: text,
    waMNC: text,
    waMnc: text,
    waConnectType: z.enum(['WIFI_UNKNOWN', 'CELLULAR_LTE', 'CELLULAR_3G', 'CELLULAR_2G']),
    waPlatformType: z.enum(['DESKTOP', 'CHROME', 'FIREFOX', 'SAFARI', 'EDGE']),
  })
  .partial()
  .transform(renamed(WHATSAPP_NAMES))

/** Replaces the password inside a URL; up to the last `@`, since people forget to encode theirs. */
export const maskUrl = (url: string): string => url.replace(/^([a-z0-9+]+:\/\/[^:/@\s]*):.*@/i, `$1:${MASK}@`)

/** The settings of a device before its secrets are sealed. */
export type PlainSettings = Omit<Partial<DeviceSettings>, 'proxy' | 's3' | 'rabbitmq'> & {
  proxy?: Stored
  s3?: Stored
  rabbitmq?: Stored
}

const sealed = async (deviceId: string, values: Stored | undefined, name: string, shown: (value: string) => string) => {
  const value = values?.[name]
  if (typeof value !== 'string' || value === '') return {}
  return { [name]: shown(value), [`${name}_sealed`]: await encryptAtRest(value, `${deviceId}.${name}`) }
}

const hidden = (): string => MASK

/** A proxy's settings as they are stored: the URL sealed, and beside it as answers may show it. */
export const sealProxy = async (deviceId: string, proxy: Stored | undefined): Promise<Stored> => ({
  ...proxy,
  ...(await sealed(deviceId, proxy, 'proxy_url', maskUrl)),
})

/** Settings as they are stored for a device: every secret is sealed for it, and kept beside as answers may show it. */
export const sealSettings = async (deviceId: string, plain: PlainSettings): Promise<DeviceSettings> => {
  const { proxy, s3, rabbitmq } = plain
  return deviceSettings.parse({
    ...plain,
    proxy: await sealProxy(deviceId, proxy),
    s3: {
      ...s3,
      ...(await sealed(deviceId, s3, 'access_key', hidden)),
      ...(await sealed(deviceId, s3, 'secret_key', hidden)),
    },
    rabbitmq: { ...rabbitmq, ...(await sealed(deviceId, rabbitmq, 'url', maskUrl)) },
  })
}

/** Stored settings of one transport as answers show them: without what is sealed. */
export const shownConfig = (stored: Stored): Stored =>
  Object.fromEntries(Object.entries(stored).filter(([name]) => !name.endsWith('_sealed')))
