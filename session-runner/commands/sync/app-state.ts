import type { Refreshed } from '#domains/sync/model.ts'
import { fail } from '#kit/errors.ts'
import type { DeviceSession, Online } from '../../connection/device-session.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import type { InboundDevice } from '../../inbound/attach.ts'
import type { RunnerServices } from '../../services.ts'
import { syncAppState } from '../../sync/app-state.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'
import { childAt, queryWhatsApp } from '../whatsapp-query.ts'

/** Milliseconds for everything that is synchronised; with the wait for a connection it stays below what a caller waits. */
const SYNC_MS = 12_000

const inboundOf = (services: RunnerServices, session: DeviceSession, { auth, socket }: Online): InboundDevice => ({
  services,
  device: session.device,
  auth,
  socket: () => socket,
})

/** Brings all collections of app state up to date and says of each what became of it. */
export const syncAppStateNow: CommandHandler<'sync.app-state'> = async (services, session, { full, recovery }) => {
  const online = await requireConnection(session)
  const untilMs = services.ctx.clock.monotonicMs() + SYNC_MS
  return syncAppState(inboundOf(services, session, online), online, { full, recovery, untilMs })
}

/** Checks what a session depends on, part by part. A part that fails says so and holds up no other. */
export const syncRefresh: CommandHandler<'sync.refresh'> = async (services, session, work): Promise<Refreshed> => {
  const online = await requireConnection(session)
  const { clock } = services.ctx
  const begunMs = clock.monotonicMs()
  const options = { full: false, recovery: work.recovery, untilMs: begunMs + SYNC_MS }
  const [appState, preKeys, privacy] = await Promise.all([
    work.appState ? syncAppState(inboundOf(services, session, online), online, options) : undefined,
    work.preKeys ? refreshPreKeys(online.socket) : undefined,
    work.privacy ? refreshPrivacy(online.socket) : undefined,
  ])
  return { appState, preKeys, privacy, durationMs: clock.monotonicMs() - begunMs }
}

/** Keys that WhatsApp has to hold at least, and how many are given to it when there are fewer (as the document says, and whatsmeow). */
const FEWEST_KEYS = 5
const KEYS_GIVEN = 50

const countKeys = async (socket: LiveSocket): Promise<number> => {
  const content = [{ tag: 'count', attrs: {} }]
  const answer = await queryWhatsApp(socket, { xmlns: 'encrypt', type: 'get', content })
  const value = childAt(answer, 'count')?.attrs.value
  if (value === undefined) throw fail('upstream_error')
  return Number(value)
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const refreshPreKeys = async (socket: LiveSocket): Promise<Refreshed['preKeys']> => {
  let serverCount = 0
  let uploaded = false
  try {
    serverCount = await countKeys(socket)
    if (serverCount >= FEWEST_KEYS) return { checked: true, serverCount, uploaded }
    await socket.uploadPreKeys(KEYS_GIVEN)
    uploaded = (await countKeys(socket)) >= FEWEST_KEYS
    const error = uploaded ? undefined : 'WhatsApp did not take the keys.'
    return { checked: true, serverCount, uploaded, error }
  } catch (error) {
    return { checked: false, serverCount, uploaded, error: reasonOf(error) }
  }
}

const refreshPrivacy = async (socket: LiveSocket): Promise<Refreshed['privacy']> => {
  try {
    await socket.fetchPrivacySettings(true)
    return { fetched: true }
  } catch (error) {
    return { fetched: false, error: reasonOf(error) }
  }
}
