import type { SignalRepositoryWithLIDStore, SocketConfig } from '@whiskeysockets/baileys'
import { inTime } from '#kit/clock.ts'

type MakeRepository = SocketConfig['makeSignalRepository']
/** Asks WhatsApp for the LIDs of numbers. */
export type LidLookup = NonNullable<Parameters<MakeRepository>[2]>
type LidMapping = SignalRepositoryWithLIDStore['lidMapping']

/** Milliseconds for which a number is taken to have no LID: when WhatsApp named none, and when it gave no answer. */
const NONE_KEPT_MS = 300_000
const SILENT_KEPT_MS = 30_000

/** How long an answer is waited for, in milliseconds. A message in either direction waits with it. */
const DEADLINE_MS = 10_000

const KEPT_MOST = 10_000

/**
 * The look-up with a memory for numbers that have no LID: Baileys asks several times for each message to or from one. Where
 * WhatsApp does not answer, the number is spoken to under itself, as it would be without a LID.
 */
export const rememberingNone = (
  ask: LidLookup,
  nowMs: () => number = () => performance.now(),
  deadlineMs = DEADLINE_MS,
): LidLookup => {
  const none = new Map<string, number>()

  const note = (numbers: string[], keptMs: number): void => {
    for (const number of numbers) none.set(number, nowMs() + keptMs)
    for (const number of none.keys()) {
      if (none.size <= KEPT_MOST) return
      none.delete(number)
    }
  }

  return async (numbers) => {
    const open = numbers.filter((number) => (none.get(number) ?? 0) <= nowMs())
    if (open.length === 0) return undefined
    try {
      const found = await inTime(ask(open), deadlineMs)
      const named = new Set(found?.map(({ pn }) => pn))
      note(
        open.filter((number) => !named.has(number)),
        NONE_KEPT_MS,
      )
      return found
    } catch {
      note(open, SILENT_KEPT_MS)
      return undefined
    }
  }
}

/**
 * The mapping as Baileys asks it when it fetches keys: only by LID, so that a message to somebody without one could never be
 * encrypted. A number without a LID stands for itself.
 */
export const numbersForThemselves = (mapping: LidMapping): LidMapping =>
  Object.assign(Object.create(mapping) as LidMapping, {
    getLIDForPN: mapping.getLIDForPN.bind(mapping),
    getLIDsForPNs: async (numbers: string[]) => {
      const found = (await mapping.getLIDsForPNs(numbers)) ?? []
      const named = new Set(found.map(({ pn }) => pn))
      return [...found, ...numbers.filter((pn) => !named.has(pn)).map((pn) => ({ pn, lid: pn }))]
    },
  })
