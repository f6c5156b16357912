import { z } from 'zod'
import { fail } from '#kit/errors.ts'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { WorkOf } from '../commands/model.ts'
import { type Device, isOnline } from '../devices/model.ts'
import { hasLogin, isWanted } from '../devices/status.ts'
import { type Refreshed, refreshed, type SyncedCollection, syncedCollection } from './model.ts'

/** How the document puts it: a session that nobody connected has no client, one whose connection is down is not connected. */
export const assertClient = (device: Device, notConnected: () => Error): void => {
  if (!isWanted(device) || !hasLogin(device)) throw fail('not_found', { message: 'Client not found' })
  if (!isOnline(device)) throw notConnected()
}

/** Brings all collections of app state up to date; says of each what became of it. Throws what `ask` does. */
export const syncAppState = async (
  port: CommandPort,
  device: Device,
  how: { full: boolean; recovery: boolean },
): Promise<SyncedCollection[]> =>
  z.array(syncedCollection).parse(await ask(port, device, { type: 'sync.app-state', ...how }))

/** Checks what a session depends on, part by part, within `waitMs`. Throws what `ask` does. */
export const refreshParts = async (
  port: CommandPort,
  device: Device,
  parts: Omit<WorkOf<'sync.refresh'>, 'type'>,
  waitMs: number,
): Promise<Refreshed> => refreshed.parse(await ask(port, device, { type: 'sync.refresh', ...parts }, waitMs))

/** Has the phone asked for history. Resolves when WhatsApp has taken the request. Throws what `ask` does. */
export const requestHistory = async (
  port: CommandPort,
  device: Device,
  request: WorkOf<'sync.chat-history'> | WorkOf<'sync.full-history'>,
): Promise<void> => {
  await ask(port, device, request)
}
