import type { BinaryNode } from '@whiskeysockets/baileys'
import { userOf } from '#domains/contacts/model.ts'
import type { DeviceSession } from '../../connection/device-session.ts'
import { emulationOf } from '../../connection/emulation.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { knownJids } from './check.ts'
import { byJid, deviceIdsIn, FACTS, usync } from './usync.ts'

/** A device of an account. Its kind is only known for the devices of the own account that tell it. */
export type LinkedDevice = { id: number; platform?: string; connected?: boolean }

/** Names of phones as pairing tells them; `smb` stands for the business app (seen in Baileys' `creds.platform`). */
const PHONES: Record<string, string> = { android: 'ANDROID', smba: 'ANDROID', iphone: 'IOS', ios: 'IOS', smbi: 'IOS' }

const deviceOf = (jid: string): number => Number(/:(\d+)@/.exec(jid)?.[1] ?? 0)

/**
 * The devices in an answer. WhatsApp names them by number alone; what kind they are only is known of this device, by what it
 * registered as, and of its phone, by what it said when they were paired.
 */
export const devicesIn = (socket: LiveSocket, user: BinaryNode, ownPlatform?: string): LinkedDevice[] => {
  const { me, platform } = socket.authState.creds
  const account = userOf(user.attrs.jid ?? '')
  const isOwn = [me?.id, me?.lid].some((own) => own !== undefined && userOf(own) === account)
  const self = deviceOf(me?.id ?? '')
  return deviceIdsIn(user).map((id) => {
    if (!isOwn) return { id }
    if (id === self) return { id, platform: ownPlatform, connected: true }
    return id === 0 ? { id, platform: PHONES[platform ?? ''] } : { id }
  })
}

/** The kind of device that phones show for ours, in WhatsApp's own word. */
const ownPlatformOf = (session: DeviceSession): string =>
  emulationOf(session.device().settings.whatsapp).browser[1].toUpperCase()

/** The devices of people, in the order they were asked for; one whom WhatsApp does not know has none. */
export const usersDevices: CommandHandler<'users.devices'> = async (_services, session, { jids }) => {
  const socket = await requireOnline(session)
  const known = await knownJids(socket, jids)
  const users = [...new Set(known.values())].map(byJid)
  const answers = await usync(socket, { facts: [FACTS.devices], users, context: 'message' })
  return jids.map((asked) => {
    const jid = known.get(asked)
    const answer = answers.find((user) => jid !== undefined && bareJid(user.attrs.jid ?? '') === jid)
    return {
      asked,
      jid: jid ?? asked,
      exists: jid !== undefined,
      devices: answer ? devicesIn(socket, answer, ownPlatformOf(session)) : [],
    }
  })
}
