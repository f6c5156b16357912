import { z } from 'zod'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { Device } from './model.ts'

/** WhatsApp's names of the settings, by the names that callers know. */
export const PRIVACY_CATEGORIES = {
  group_add: 'groupadd',
  last_seen: 'last',
  status: 'status',
  profile: 'profile',
  read_receipts: 'readreceipts',
  online: 'online',
  call_add: 'calladd',
} as const

/** A setting as callers name it. */
export type PrivacySetting = keyof typeof PRIVACY_CATEGORIES

/** Values of settings; not every setting takes each of them. */
export const PRIVACY_VALUES = ['all', 'contacts', 'contact_blacklist', 'none', 'match_last_seen', 'known'] as const

/** A value of a setting. */
export type PrivacyValue = (typeof PRIVACY_VALUES)[number]

/** The account's settings as WhatsApp has them now; one it does not tell is empty. Throws what `ask` does, as all here. */
export const readPrivacy = async (port: CommandPort, device: Device): Promise<Record<PrivacySetting, string>> => {
  const values = z.record(z.string(), z.string()).parse(await ask(port, device, { type: 'privacy.settings' }))
  const entries = Object.entries(PRIVACY_CATEGORIES).map(([name, category]) => [name, values[category] ?? ''])
  return Object.fromEntries(entries) as Record<PrivacySetting, string>
}

/** Changes one setting. Throws `validation_failed` for a value that WhatsApp does not take for it. */
export const setPrivacy = async (
  port: CommandPort,
  device: Device,
  setting: PrivacySetting,
  value: PrivacyValue,
): Promise<void> => {
  await ask(port, device, { type: 'privacy.set', category: PRIVACY_CATEGORIES[setting], value })
}

/** Sets after how many seconds messages of new chats disappear; 0 never. */
export const setDisappearing = async (port: CommandPort, device: Device, seconds: number): Promise<void> => {
  await ask(port, device, { type: 'privacy.disappearing', seconds })
}

const audience = z.object({ audience: z.string(), jids: z.array(z.string()) })

/** Who gets status posts: `contacts`, or all but those or only those of a list (`blacklist`, `whitelist`). */
export const readStatusAudience = async (port: CommandPort, device: Device) =>
  audience.parse(await ask(port, device, { type: 'privacy.status-audience' }))

const people = z.array(z.object({ pn: z.string().optional(), lid: z.string().optional() }))

/** Blocked people by both addresses, as far as they are known. */
export const readBlocklist = async (port: CommandPort, device: Device) =>
  people.parse(await ask(port, device, { type: 'privacy.blocklist' }))

/** Blocks people or ends it. Throws `not_on_whatsapp` naming the first that WhatsApp does not know; then nobody is changed. */
export const setBlocked = async (
  port: CommandPort,
  device: Device,
  jids: string[],
  blocked: boolean,
): Promise<void> => {
  await ask(port, device, { type: 'privacy.block', jids, blocked })
}
