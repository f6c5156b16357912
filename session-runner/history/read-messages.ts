import type { Device } from '#domains/devices/model.ts'
import { isSkipped } from '#domains/devices/skips.ts'
import { completeAddress, type InboundDevice, selfOf } from '../inbound/attach.ts'
import { type AddOn, addOnsOf, revokedIn } from './add-ons.ts'
import { factsOf, type HistoryChat, type HistoryMessage, participantOf, readEntry, readMessage } from './message.ts'
import type { Pace } from './pace.ts'

/** What a conversation is read with. */
type Reading = { inbound: InboundDevice; device: Device; pace: Pace }

/** A message of the history with the number of entries up to it, or that one was deleted. */
type Read = { message: HistoryMessage; entries: number } | { revoked: AddOn }

/** Reads the entries one after another; a broken one, or one that is none of a conversation, is left out. */
export async function* messagesIn(
  { inbound, device, pace }: Reading,
  chat: HistoryChat,
  raw: readonly Uint8Array[],
): AsyncGenerator<Read> {
  const self = selfOf(inbound.auth)
  const complete = remembered(completeAddress(inbound.auth))
  const personOf = async (participant: string | undefined) =>
    chat.isGroup ? (participant ? complete(participant) : {}) : chat.person
  for (const [at, bytes] of raw.entries()) {
    await pace()
    const entry = entryOf(bytes)
    if (!entry) continue
    const facts = factsOf(entry, chat, self, await personOf(participantOf(entry.info)))
    if (!facts || isSkipped(device.settings, facts)) continue
    if (!('content' in entry)) {
      const revoked = revokedIn(entry.info)
      if (revoked) yield { revoked }
      continue
    }
    const message = readMessage(entry, facts)
    if (message) yield { message: { ...message, addOns: await addOnsOf(entry.info, personOf) }, entries: at + 1 }
  }
}

const entryOf = (bytes: Uint8Array): ReturnType<typeof readEntry> => {
  try {
    return readEntry(bytes)
  } catch {
    return undefined
  }
}

/** Both addresses of people, each looked up once: a group has few writers and many messages. */
const remembered = (complete: ReturnType<typeof completeAddress>) => {
  const known = new Map<string, { pn?: string; lid?: string }>()
  return async (jid: string): Promise<{ pn?: string; lid?: string }> => {
    const found = known.get(jid) ?? (await complete(jid.endsWith('@lid') ? { lid: jid } : { pn: jid }))
    known.set(jid, found)
    return found
  }
}
