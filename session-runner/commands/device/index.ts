import type { Handlers } from '../handler.ts'
import { deviceLogout } from './logout.ts'
import { devicePairCode } from './pair-code.ts'
import { deviceReconcile } from './reconcile.ts'
import { deviceReconnect } from './reconnect.ts'

/** Handlers of work on the connection itself. */
export const deviceHandlers: Handlers<'device'> = {
  'device.logout': deviceLogout,
  'device.pair-code': devicePairCode,
  'device.reconcile': deviceReconcile,
  'device.reconnect': deviceReconnect,
}
