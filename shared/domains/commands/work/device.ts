import { z } from 'zod'

/** Work on the connection itself. */
export const deviceWork = [
  z.object({ type: z.literal('device.reconcile') }),
  z.object({ type: z.literal('device.reconnect') }),
  z.object({ type: z.literal('device.logout') }),
  z.object({ type: z.literal('device.pair-code'), phone: z.string() }),
] as const
