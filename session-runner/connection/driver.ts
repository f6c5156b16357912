import type { ConnectionState as ClientUpdate } from '@whiskeysockets/baileys'
import type { Device } from '#domains/devices/model.ts'
import { FenceLost } from '../auth/auth-items.ts'
import type { AuthState } from '../auth/auth-state.ts'
import type { Grant } from '../lease/coordinator.ts'
import { type Acks, makeAcks } from '../outbound/acks.ts'
import type { RunnerServices } from '../services.ts'
import { makeAftermath } from './aftermath.ts'
import { codeOf } from './client-signals.ts'
import { makeDeviceRecord } from './device-record.ts'
import { actionFor, explained, isSilence, SILENCE } from './disconnects.ts'
import { type LinkContext, makeLink } from './link.ts'
import { makeLogin } from './login.ts'
import { makeWaiters } from './online-waiters.ts'
import { makeOpened } from './opened.ts'
import { makeOwnPicture } from './own-picture.ts'
import { makePairing } from './pairing.ts'
import { makePresence } from './presence.ts'
import { makeRestriction } from './restriction.ts'
import { makeSilence } from './silence.ts'
import type { LiveSocket } from './socket.ts'

/** A connection as commands use it. */
export type Online = { socket: LiveSocket; acks: Acks; auth: AuthState }

/** Milliseconds after which a connection counts as one that holds. */
const STABLE_MS = 10_000

/** Milliseconds that a newly linked device waits to be told to connect anew. */
const RESTART_WAIT_MS = 5_000

/**
 * Keeps one device connected: takes what WhatsApp reports of its connection, writes the observed state, and does what follows from
 * its end. Stops at once when the device is somebody else's, or gone.
 */
export const makeDriver = (services: RunnerServices, first: Device, grant: Grant) => {
  const { ctx, metrics } = services
  const deviceId = first.id
  services.groups.forgetDevice(deviceId)
  const acks = makeAcks()
  const record = makeDeviceRecord(ctx, first, grant, {
    lost: (why) => halt(why),
    // Whichever meets it first, a write or the command that tells of it, ends the login.
    deleted: () => void goneForGood().catch(contain('end of a deleted device')),
  })
  const login = makeLogin(services, first, grant, (why) => halt(why))
  const halted = (): boolean => isHalted
  let isHalted = false
  let openedMs = 0

  const link = makeLink({
    services,
    record,
    login,
    acks,
    halted,
    beginning: () => aftermath.cancel(),
    events: {
      updated: (from, context, update) => void updated(from, context, update).catch(contain('connection update')),
      named: (from, name) => named(from, name),
      restricted: () => void restriction.refused().catch(contain('restriction')),
      unstorable: (from) => closed(from, 428),
      unanswered: (from) => fellSilent(from),
      failed: (error) => {
        if (error instanceof FenceLost) return halt(error.message)
        ctx.log.warn('connect failed', { deviceId, error: String(error) })
        aftermath.retry(actionFor(0, 'linked'), 0)
      },
    },
  })
  const { socket, connect } = link
  const silence = makeSilence(ctx, record, link.heardAt)
  const online = (): Online | undefined => {
    const auth = login.current()
    const live = socket()
    return live && auth && link.isOpen() && grant.valid() && !isHalted ? { socket: live, acks, auth } : undefined
  }
  const waiters = makeWaiters(online)
  const aftermath = makeAftermath({
    ctx,
    metrics,
    grant,
    record,
    login,
    halted,
    halt: (why) => halt(why),
    connect,
    wake: waiters.wake,
  })
  const pairing = makePairing({ ctx, record, socket, connect, isPaired: login.isPaired })
  const presence = makePresence(record.current, socket)
  const ownPicture = makeOwnPicture({ ctx, record })
  const begun = makeOpened({ services, device: first, record, presence, ownPicture, socket })
  const restriction = makeRestriction({ ctx, record, metrics, socket })

  const log = (message: string, fields: Record<string, unknown> = {}): void =>
    ctx.log.info(message, { deviceId, shard: grant.shard, ...fields })

  const contain =
    (what: string) =>
    (error: unknown): void =>
      ctx.log.error(`${what} failed`, { deviceId, error: String(error) })

  /** Ends everything here at once, without another write: the device has another owner, or is gone. */
  const halt = (why: string): void => {
    if (isHalted) return
    isHalted = true
    log('device session halted', { why })
    aftermath.cancel()
    login.current()?.close()
    link.end(428)
    waiters.wake()
  }

  const goneForGood = async (): Promise<void> => {
    if (isHalted) return
    halt('the device is gone')
    // Here, where nothing of it is being written any more, and not left to whoever deleted the device.
    await login.forget()
  }

  const named = (from: LiveSocket, name: string): void => {
    if (from !== socket() || !link.isOpen() || record.current().pushName === name) return
    void record.change({ pushName: name })
    // Without a name the client skipped its "available", and receipts it gave meanwhile are not seen as delivered.
    presence.available(from)
  }

  const updated = async (from: LiveSocket, context: LinkContext, update: Partial<ClientUpdate>): Promise<void> => {
    if (from !== socket()) return
    const { state } = context
    if (update.qr) await pairing.qrShown(update.qr)
    if (update.isNewLogin) {
      await state.saveCreds()
      await pairing.paired(state.creds)
      // WhatsApp ends the connection itself, so that the client logs in. Where it does not, nothing else would.
      setTimeout(() => closed(from, 515), RESTART_WAIT_MS).unref()
    }
    if (update.reachoutTimeLock) await restriction.reported(update.reachoutTimeLock)
    if (update.connection === 'open' && context.isLogin && !link.isOpen()) await opened(from, context)
    if (update.connection === 'close') closed(from, codeOf(update.lastDisconnect?.error), update.lastDisconnect?.error)
  }

  const opened = async (from: LiveSocket, { state, transport }: LinkContext): Promise<void> => {
    link.opened()
    openedMs = ctx.clock.monotonicMs()
    waiters.wake()
    log('device online')
    await begun(from, state, transport)
    silence.ends()
  }

  const closed = (from: LiveSocket, code: number, error?: unknown): void => {
    if (from !== socket()) return
    const action = explained(actionFor(code, pairing.phase(from)), error)
    if (isSilence(code, link.isOpen(), error)) silence.begins()
    if (link.isOpen() && ctx.clock.monotonicMs() - openedMs > STABLE_MS) aftermath.startOver()
    link.end(code)
    log('connection ended', { code, next: action.next })
    if (action.alarm) metrics.count(action.alarm === 'outdated' ? 'ClientOutdated' : 'NumberBanned')
    if (!isHalted) void aftermath.follow(action, code).catch(contain('disconnect'))
  }

  /** Connects because somebody asks for it. */
  const connectAnew = (): Promise<void> => {
    aftermath.startOver()
    pairing.begin()
    return connect()
  }

  /** Replaces a connection on which nothing is heard. */
  const fellSilent = (from: LiveSocket): void => {
    metrics.count('ZombieConnections')
    closed(from, SILENCE)
  }

  return {
    record,
    login,
    link,
    aftermath,
    waiters,
    pairing,
    ownPicture,
    online,
    halted,
    halt,
    goneForGood,
    contain,
    connectAnew,
    fellSilent,

    /** Ends without a trace: everything is stored, and another owner may take the device. */
    rest: (): void => {
      isHalted = true
      waiters.wake()
    },
  }
}
