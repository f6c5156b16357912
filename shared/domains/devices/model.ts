import { z } from 'zod'

/**
 * Where a device's connection stands. `desired` says what the owner of the number wants, `state` what is observed; the
 * status always explains the difference (reason, transitions, next retry).
 */
export const CONNECTION_STATES = {
  idle: 'Not connected, and nobody asked for a connection.',
  connecting: 'Opening the connection to WhatsApp.',
  pairing: 'Waiting for the phone to scan the QR code or to enter the pairing code.',
  online: 'Connected to WhatsApp and logged in.',
  waiting: 'Disconnected; the next attempt is planned.',
  loggedOut: 'WhatsApp ended the login. Pair the device again.',
  restricted: 'Connected, but WhatsApp restricts what this number may send.',
  failed: 'WhatsApp refuses the connection for good. A person has to look at it.',
} as const

/** Observed connection state. */
export type ConnectionState = keyof typeof CONNECTION_STATES

/** One change of the observed state, with its cause. `code` is WhatsApp's close or failure code when there is one. */
type Transition = { at: string; state: ConnectionState; code?: number; reason: string; owner?: string }

/** Where a device's webhook goes and which event names it wants (`All` for every one). `style` chooses the payload. */
export type DeviceWebhook = { url: string; events: string[]; active: boolean; style: 'digigo' | 'manager' }

/** A DIGIGO "user", a Manager "token", a Guide or CEOX "device": one WhatsApp number with credential, settings, session. */
export type Device = {
  /** 32 hexadecimal characters. */
  id: string
  tenantId: string
  /** Per-tenant integer, the id that CEOX shows. */
  number: number
  name: string
  /** Which command queue and lease the device belongs to; stored, so that the number of shards can grow. */
  shard: number
  workspace?: string
  inboxId?: number
  /** The identity whose tokens see it, when it was linked through the Guide's API. */
  identity?: string
  /** The device token, encrypted (it is shown again by documented operations) and as a keyed hash (to find it). */
  tokenCipher: string
  tokenHash: string
  webhook?: DeviceWebhook
  settings: DeviceSettings
  desired: 'online' | 'offline'
  state: ConnectionState
  reason?: string
  /** WhatsApp's last close or failure code. */
  code?: number
  stateAt?: string
  transitions: Transition[]
  owner?: string
  epoch?: number
  nextRetryAt?: string
  reconnectAttempts?: number
  lastConnectedAt?: string
  /** Own JIDs, set by pairing: `15550001111:3@s.whatsapp.net` and `…:3@lid`. */
  jid?: string
  lid?: string
  pushName?: string
  platform?: string
  /** Where the account's picture lies, and when that was asked. RFC 3339. */
  avatarUrl?: string
  avatarAt?: string
  qr?: { code: string; expiresAt: string }
  pairing?: { code: string; phone: string; expiresAt: string }
  restrictedUntil?: string
  createdAt: string
  deletedAt?: string
}

/** What callers read when nothing else is set. */
export const DEFAULT_REJECT_MESSAGE = 'Sorry, I cannot take calls at the moment.'

/** Settings of a device as the DIGIGO document lists them; secrets inside are stored encrypted. */
export const deviceSettings = z.object({
  skipMedia: z.boolean().default(false),
  skipGroups: z.boolean().default(false),
  skipNewsletters: z.boolean().default(false),
  skipBroadcasts: z.boolean().default(false),
  skipOwnMessages: z.boolean().default(false),
  skipCalls: z.boolean().default(false),
  echoApiMessages: z.boolean().default(false),
  callRejectMessage: z.string().default(DEFAULT_REJECT_MESSAGE),
  callRejectType: z.string().default('busy'),
  /** Reject incoming calls at all (Manager's `reject_call`). */
  rejectCalls: z.boolean().default(false),
  /** Show the account as away three seconds after each connection, so that its phone keeps its notifications. */
  autoPresenceUnavailable: z.boolean().default(false),
  transportSkips: z.record(z.string(), z.boolean()).default({}),
  proxy: z.record(z.string(), z.unknown()).default({}),
  s3: z.record(z.string(), z.unknown()).default({}),
  rabbitmq: z.record(z.string(), z.unknown()).default({}),
  whatsapp: z.record(z.string(), z.unknown()).default({}),
  /** Unix seconds after which the device's token stops working; 0 never. */
  expiration: z.number().int().default(0),
})

/** Parsed settings. */
export type DeviceSettings = z.infer<typeof deviceSettings>

/** The settings of a new device. */
export const defaultSettings = (): DeviceSettings => deviceSettings.parse({})

/** How many transitions a device keeps. */
export const TRANSITIONS_KEPT = 50

/** Whether commands that need WhatsApp can be carried out now. */
export const isOnline = (device: Pick<Device, 'state'>): boolean =>
  device.state === 'online' || device.state === 'restricted'

/** Whether the device has a WhatsApp login (it may still be disconnected). */
export const isLoggedIn = (device: Pick<Device, 'jid' | 'state'>): boolean =>
  device.jid !== undefined && device.state !== 'loggedOut'

/** Milliseconds for which the address of a picture is shown: WhatsApp lets it work for longer, but not for ever. */
export const AVATAR_KEPT_MS = 24 * 60 * 60_000

/** The address of the account's picture, while it may be shown; empty when there is none. */
export const avatarOf = ({ avatarUrl, avatarAt }: Pick<Device, 'avatarUrl' | 'avatarAt'>, nowMs: number): string =>
  avatarUrl !== undefined && avatarAt !== undefined && nowMs - Date.parse(avatarAt) < AVATAR_KEPT_MS ? avatarUrl : ''

/** The phone number of the device, digits only, once it is paired. */
export const phoneOf = (device: Pick<Device, 'jid'>): string | undefined => device.jid?.split(/[:@]/)[0]
