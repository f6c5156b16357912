import {
  DEFAULT_CONNECTION_CONFIG,
  isLidUser,
  type SignalRepositoryWithLIDStore,
  type SocketConfig,
} from '@whiskeysockets/baileys'
import type { AuthState } from './auth-state.ts'
import { numbersForThemselves, rememberingNone } from './lid-lookup.ts'
import { canSendTo, undoFailedAttempts } from './ratchet.ts'

type MakeRepository = SocketConfig['makeSignalRepository']

/**
 * Stands between a ciphertext and Baileys, which acknowledges a message as soon as it has the plaintext: makes the message
 * durable first, or answers it from what was stored when it was delivered before.
 */
export type ReceiveGate = (ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>) => Promise<Uint8Array>

const senderKeyName = (group: string, address: string): string => {
  const at = address.lastIndexOf('.')
  return `${group}::${address.slice(0, at)}::${address.slice(at + 1)}`
}

/** JIDs of devices that could not read a message of ours and asked for it again: each gets one new session. */
export type RetryRequests = Set<string>

/**
 * Baileys' Signal repository with durability in the right places: the sending ratchet before the frame leaves, the message
 * before its receipt, a new sender key before the receipt of the message that brought it.
 *
 * Reads and writes of keys go straight to our live state instead of Baileys' transaction copies, and everything that moves
 * one ratchet does it alone: Baileys' own locks go by the address a caller used, so that work on a phone number and on its
 * LID would overwrite each other's session, and writes made after a transaction ended would be lost.
 */
export const durableRepository =
  (state: AuthState, receive: ReceiveGate, retries: RetryRequests): MakeRepository =>
  (auth, logger, pnToLid): SignalRepositoryWithLIDStore => {
    Object.assign(auth.keys, { get: state.keys.get, set: state.keys.set })
    const base = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, pnToLid && rememberingNone(pnToLid))
    const addressOf = base.jidToSignalProtocolAddress

    /** The address libsignal stores a session under: the LID's as soon as it is known. */
    const sessionAddress = async (jid: string): Promise<string> => {
      const lid = isLidUser(jid) ? jid : await base.lidMapping.getLIDForPN(jid)
      return addressOf(lid ?? jid)
    }

    const takeRetry = async (address: string): Promise<boolean> => {
      for (const jid of retries) {
        if ((await sessionAddress(jid)) === address) return retries.delete(jid)
      }
      return false
    }

    const open = async (address: string, options: Parameters<typeof base.decryptMessage>[0]): Promise<Uint8Array> => {
      const before = await state.session(address)
      const plaintext = await base.decryptMessage(options)
      const after = await state.session(address)
      if (options.type !== 'msg' || !before || !after) return plaintext
      const mended = undoFailedAttempts(before, after)
      if (mended !== after) await state.keys.set({ session: { [address]: mended as never } })
      return plaintext
    }

    return {
      ...base,
      lidMapping: numbersForThemselves(base.lidMapping),
      encryptMessage: async (options) => {
        const address = await sessionAddress(options.jid)
        return state.exclusive('session', address, async () => {
          const encrypted = await base.encryptMessage(options)
          await state.beforeSend('session', address)
          return encrypted
        })
      },
      encryptGroupMessage: (options) => {
        const name = senderKeyName(options.group, addressOf(options.meId))
        return state.exclusive('sender-key', name, async () => {
          const encrypted = await base.encryptGroupMessage(options)
          await state.beforeSend('sender-key', name)
          return encrypted
        })
      },
      decryptMessage: async (options) => {
        const address = await sessionAddress(options.jid)
        return state.exclusive('session', address, () => receive(options.ciphertext, () => open(address, options)))
      },
      decryptGroupMessage: (options) => {
        const name = senderKeyName(options.group, addressOf(options.authorJid))
        return state.exclusive('sender-key', name, () => receive(options.msg, () => base.decryptGroupMessage(options)))
      },
      processSenderKeyDistributionMessage: async (options) => {
        const { groupId } = options.item
        if (!groupId) return base.processSenderKeyDistributionMessage(options)
        const name = senderKeyName(groupId, addressOf(options.authorJid))
        await state.exclusive('sender-key', name, async () => {
          await base.processSenderKeyDistributionMessage(options)
          await state.storeSenderKey(name)
        })
      },
      // Baileys fetches keys for contacts it has good sessions with, for one whenever it refreshes their device lists. A new
      // session is for who asked for it, or is another device than before; the old one stays otherwise.
      injectE2ESession: async (options) => {
        const address = await sessionAddress(options.jid)
        const { identityKey, registrationId } = options.session
        return state.exclusive('session', address, async () => {
          const known = await state.session(address)
          const isWanted = await takeRetry(address)
          if (known && canSendTo(known, identityKey, registrationId) && !isWanted) return
          await base.injectE2ESession(options)
        })
      },
    }
  }
