import { proto } from '@whiskeysockets/baileys'
import { seedAppState } from './app-state.ts'
import type { Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Phone } from './model.ts'
import { sendPeer } from './peer-send.ts'
import { persistDevice } from './persist.ts'
import { conversationsOf, sendHistory } from './phone-history.ts'
import type { Endpoint, World } from './world.ts'

const { HistorySyncType } = proto.HistorySync
const ProtocolType = proto.Message.ProtocolMessage.Type

/** What a new companion is given of each chat. */
const FIRST = { perChat: 50, since: 0, groups: true }

function knownPhones(world: World, phone: Phone): Phone[] {
  const numbers = new Set([...phone.contacts.keys(), ...[...phone.messages.values()].map(({ view }) => view.chat)])
  return [...numbers].map((number) => world.phones.get(number)).filter((found): found is Phone => found !== undefined)
}

async function shareAppStateKey(world: World, target: Endpoint): Promise<void> {
  const { id, data, at } = target.phone.appStateKey
  const fingerprint = { rawId: 1, currentIndex: 0, deviceIndexes: [0] }
  await sendPeer(world, target, {
    type: ProtocolType.APP_STATE_SYNC_KEY_SHARE,
    appStateSyncKeyShare: {
      keys: [{ keyId: { keyId: id }, keyData: { keyData: data, fingerprint, timestamp: at } }],
    },
  })
}

/**
 * What a phone sends to a companion that logs in for the first time, in the order clients expect: the app-state key,
 * which everything encrypted needs, then history; the last chunk ends the client's wait.
 */
export async function syncNewCompanion(world: World, phone: Phone, device: Device): Promise<void> {
  if (device.synced) return
  const target = { phone, device: device.id }
  await seedAppState(world, phone)
  await shareAppStateKey(world, target)
  const known = knownPhones(world, phone)
  await sendHistory(world, target, {
    syncType: HistorySyncType.INITIAL_BOOTSTRAP,
    conversations: conversationsOf(world, phone, FIRST),
    phoneNumberToLidMappings: known.map((other) => ({ pnJid: pnJid(other.phone), lidJid: lidJid(other.lid) })),
    progress: 50,
    chunkOrder: 1,
  })
  await sendHistory(world, target, {
    syncType: HistorySyncType.PUSH_NAME,
    pushnames: [phone, ...known].map((other) => ({ id: pnJid(other.phone), pushname: other.name })),
  })
  await sendHistory(world, target, {
    syncType: HistorySyncType.RECENT,
    conversations: [],
    progress: 100,
    chunkOrder: 1,
  })
  device.synced = true
  device.lastSeen = unixSeconds()
  persistDevice(world, phone, device)
}
