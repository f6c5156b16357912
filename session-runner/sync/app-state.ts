import { type ChatMutation, type LTHashState, newLTHashState, proto, type WAPatchName } from '@whiskeysockets/baileys'
import type { SyncedCollection } from '#domains/sync/model.ts'
import { AppError, fail } from '#kit/errors.ts'
import type { Online } from '../connection/device-session.ts'
import type { InboundDevice } from '../inbound/attach.ts'
import { announceSynchronised, type Synchronised } from './announce.ts'
import { applyChanges, applyWhole } from './apply.ts'
import { askPhone } from './ask-phone.ts'
import { readCollection } from './collection.ts'

/** The collections of app state, in the order the DIGIGO document names them. */
const COLLECTIONS: readonly WAPatchName[] = [
  'critical_block',
  'critical_unblock_low',
  'regular_low',
  'regular_high',
  'regular',
]

const { COMPANION_SYNCD_SNAPSHOT_FATAL_RECOVERY } = proto.Message.PeerDataOperationRequestType

/** What is to be done: everything from the beginning, and whether the phone is asked for what cannot be read. */
export type SyncOptions = { full: boolean; recovery: boolean; untilMs: number }

/** Milliseconds that have to be left for a request to the phone. */
const RECOVERY_MS = 1_000

const inWords = (error: unknown): string => {
  if (error instanceof AppError && error.code === 'upstream_timeout') return 'timeout waiting for patches'
  return error instanceof Error ? error.message : String(error)
}

/**
 * Brings every collection up to date, one after another, until `untilMs` (monotonic); says of each what became of it. The stored
 * state of one that cannot be read stays as it was.
 */
export const syncAppState = async (
  inbound: InboundDevice,
  online: Online,
  { full, recovery, untilMs }: SyncOptions,
): Promise<SyncedCollection[]> => {
  const { clock } = inbound.services.ctx
  const { fetchOptions } = await inbound.services.transports.of(inbound.device())
  const remainingMs = (): number => {
    const left = untilMs - clock.monotonicMs()
    if (left <= 0) throw fail('upstream_timeout')
    return left
  }
  const results: SyncedCollection[] = []
  const whole: ChatMutation[] = []
  const synchronised: Synchronised[] = []
  for (const name of COLLECTIONS) {
    const begunMs = clock.monotonicMs()
    const done = (error?: unknown) => ({
      name,
      success: error === undefined,
      ...(error !== undefined && { error: inWords(error) }),
      durationMs: clock.monotonicMs() - begunMs,
    })
    try {
      const read = await syncCollection(online, name, { full, options: fetchOptions, remainingMs })
      if (read.isWhole) {
        whole.push(...read.mutations)
        if (full || read.version > 0) synchronised.push({ collection: name, version: read.version })
      } else applyChanges(inbound, read.mutations)
      results.push({ ...done(), ...(recovery && { recoveryRequested: false }) })
    } catch (error) {
      const result = done(error)
      inbound.services.ctx.log.warn('app state not synchronised', { deviceId: inbound.device().id, ...result })
      const isTime = clock.monotonicMs() + RECOVERY_MS < untilMs
      results.push({
        ...result,
        ...(recovery && { recoveryRequested: isTime && (await requestRecovery(online, name)) }),
      })
    }
  }
  const isPart = results.some(({ success }) => !success)
  if (whole.length > 0) await applyWhole(inbound, whole, { isPart })
  await announceSynchronised(inbound, synchronised)
  return results
}

/** Reads and keeps one collection; the client's own synchronisations wait meanwhile, under the lock that they use. */
const syncCollection = (
  { socket, auth }: Online,
  name: WAPatchName,
  { full, ...how }: { full: boolean } & Parameters<typeof readCollection>[3],
): Promise<{ mutations: ChatMutation[]; isWhole: boolean; version: number }> => {
  const { keys } = socket.authState
  return keys.transaction(async () => {
    const known: LTHashState | undefined = (await keys.get('app-state-sync-version', [name]))[name]
    const from = full || !known ? newLTHashState() : known
    const { state, mutations } = await readCollection(socket, name, from, how)
    await keys.set({ 'app-state-sync-version': { [name]: state } })
    return { mutations, isWhole: from.version === 0, version: state.version }
  }, auth.creds.me?.id ?? 'app-state')
}

/**
 * Asks the phone for its own copy of a collection (as in whatsmeow's `BuildAppStateRecoveryRequest`); `takeRecovery` takes the
 * answer. False when WhatsApp did not take the request.
 */
const requestRecovery = async (online: Online, collectionName: WAPatchName): Promise<boolean> => {
  try {
    await askPhone(online, {
      peerDataOperationRequestType: COMPANION_SYNCD_SNAPSHOT_FATAL_RECOVERY,
      syncdCollectionFatalRecoveryRequest: { collectionName, timestamp: Math.floor(Date.now() / 1000) },
    })
    return true
  } catch {
    return false
  }
}
