import { setTimeout as sleep } from 'node:timers/promises'
import { deviceDisconnected } from '#domains/devices/events.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Grant } from '../lease/coordinator.ts'
import type { RunnerServices } from '../services.ts'
import { ping } from './client-signals.ts'
import { actionFor } from './disconnects.ts'
import { makeDriver, type Online } from './driver.ts'

export type { Online } from './driver.ts'

const CLOSE_WAIT_MS = 5_000
const PROBE_DEADLINE_MS = 15_000

/**
 * One device: drives its observed state to the desired one, holds its connection, and stops at once when the shard belongs to
 * somebody else. All faults of one device stay inside.
 */
export const makeDeviceSession = (services: RunnerServices, first: Device, grant: Grant) => {
  const driver = makeDriver(services, first, grant)
  const { record, login, link, aftermath, waiters, pairing, ownPicture, online, halted, halt, contain } = driver
  const { goneForGood, connectAnew, fellSilent } = driver
  const { socket } = link

  const goOffline = async (): Promise<void> => {
    aftermath.cancel()
    const was = record.current().state
    link.end(428)
    await login.current()?.flush(true).catch(contain('flush'))
    if (was === 'idle' || was === 'loggedOut') return
    const set = { nextRetryAt: undefined, qr: undefined, pairing: undefined }
    await record.transition({ state: 'idle', event: deviceDisconnected, set })
  }

  return {
    id: first.id,
    device: record.current,
    online,
    isHalted: halted,
    isConnected: link.isOpen,
    /** Whether a connection is being opened, waits for a phone, or waits for its next attempt. */
    isRetrying: (): boolean => link.isBusy() || aftermath.isWaiting(),
    pairing,
    halt,

    /** Waits until the device is online; undefined when it will not be by itself, or not in time. */
    whenOnline: (waitMs: number): Promise<Online | undefined> =>
      halted() ? Promise.resolve(undefined) : waiters.wait(waitMs),

    /** Reads the device item and does what it asks for. */
    reconcile: async (): Promise<void> => {
      if (halted()) return
      const device = await record.refresh()
      if (!device) return goneForGood()
      if (device.desired === 'offline') return goOffline()
      if (!socket()) await connectAnew()
    },

    /** Closes the connection and opens it anew, by the settings as they are now. Does nothing for a device that is to be offline. */
    reconnect: async (): Promise<void> => {
      const device = halted() ? undefined : await record.refresh()
      if (device?.desired !== 'online') return
      aftermath.cancel()
      link.end(428)
      await link.settled()
      await connectAnew()
    },

    /** The account's picture was changed: its new address is kept. */
    pictureChanged: async (): Promise<void> => {
      const live = socket()
      if (live) await ownPicture.refresh(live).catch(contain('own picture'))
    },

    /** Ends the login at WhatsApp and deletes it here. */
    logout: async (): Promise<void> => {
      aftermath.cancel()
      const linked = online()?.socket
      if (linked) {
        link.letGo()
        await Promise.race([linked.logout().catch(() => undefined), sleep(CLOSE_WAIT_MS)])
      }
      link.end(401)
      await aftermath.follow({ ...actionFor(401, 'linked'), reason: 'Logged out on request.' }, 401)
    },

    /** Replaces a connection on which WhatsApp gives no sign of life. */
    probe: async (): Promise<void> => {
      const probed = socket()
      if (!probed || !link.isOpen()) return
      if (await ping(probed, PROBE_DEADLINE_MS)) {
        link.heard()
        return ownPicture.refreshIfOld(probed).catch(() => undefined)
      }
      if (probed !== socket()) return
      fellSilent(probed)
    },

    /** Ends in good order: socket closed, exact Signal state stored. Another task may take the device afterwards. */
    release: async (): Promise<void> => {
      if (halted()) return
      aftermath.cancel()
      const ending = link.end(428)
      if (ending) await Promise.race([ending.ws.close(), sleep(CLOSE_WAIT_MS)]).catch(() => undefined)
      await link.settled().catch(() => undefined)
      link.end(428)
      await login.current()?.flush(true).catch(contain('flush'))
      login.current()?.close()
      driver.rest()
    },
  }
}

/** One device in the hands of this task. */
export type DeviceSession = ReturnType<typeof makeDeviceSession>
