import { lazy } from '#kit/lazy.ts'
import { commandPort, threads } from '#services'
import { mediaBucket } from '../media/bucket.ts'
import type { SendPorts } from './send.ts'

/** What this process sends messages with. */
export const sendPorts: () => SendPorts = lazy(() => ({
  commands: commandPort(),
  threads: threads(),
  media: mediaBucket,
}))
