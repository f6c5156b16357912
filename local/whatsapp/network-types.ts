import type { PhoneOptions } from './accounts.ts'
import type { SandboxEvent } from './events.ts'
import type { FaultApi } from './fault-api.ts'
import type { GroupApi } from './group-api.ts'
import type { NewsletterApi } from './newsletter-api.ts'
import type { PhoneApi } from './phone-api.ts'
import type { PhoneView } from './phone-view.ts'
import type { Counters } from './world.ts'

/** Where and how a network runs. Ports are free ones unless given; with a directory the main port is kept over restarts. */
export interface SandboxOptions {
  port?: number
  /** A port of its own for the control API; without it the API is served on the main port. */
  controlPort?: number
  /** Directory that keeps the state over restarts. Without it everything lives in memory. */
  dir?: string
  host?: string
  /** Folder of the mails that the product beside the network sent; they are shown at `/mail` of the control API. */
  mailDir?: string
}

/** What the network counted since it started. */
export interface SandboxStats extends Counters {
  phones: number
  devices: number
  connected: number
  groups: number
  /** CPU time of this process in microseconds, for benchmarks. */
  cpuMicros: number
  devicesByPhone: Record<string, { device: number; framesIn: number; framesOut: number; pending: number }[]>
}

/** A running network. */
export interface SandboxNetwork {
  webSocketUrl: string
  controlUrl: string
  /** Base64 of the 32-byte public key that clients must trust. */
  rootKey: string
  createPhone(phone: string, options?: PhoneOptions): PhoneApi
  /** The phone of that number; throws a {@link ControlError} 404 when there is none. */
  phone(phone: string): PhoneApi
  phones(): PhoneView[]
  groups: GroupApi
  newsletters: NewsletterApi
  faults: FaultApi
  stats(): SandboxStats
  /** Listens to everything that happens; the answer stops it. */
  on(listener: (event: SandboxEvent) => void): () => void
  close(): Promise<void>
}
