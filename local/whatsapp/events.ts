import { performance } from 'node:perf_hooks'

/** Something that happened on the network. `at` is Unix time in milliseconds with fractions, comparable across processes. */
export interface SandboxEvent {
  type:
    | 'phone.created'
    | 'phone.updated'
    | 'device.linked'
    | 'device.unlinked'
    | 'connection.opened'
    | 'connection.ready'
    | 'connection.closed'
    | 'frame.in'
    | 'frame.out'
    | 'message.received'
    | 'message.sent'
    | 'message.status'
    | 'presence'
    | 'chatstate'
    | 'call'
    | 'group'
    | 'newsletter'
    | 'app-state'
    | 'fault'
  at: number
  phone?: string
  device?: number
  /** Facts of the event, by name. */
  data?: Record<string, unknown>
}

/** Milliseconds since the Unix epoch with fractions, from the monotonic clock. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now()
}

/** Unix time in whole seconds, as stanzas carry it. */
export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Spreads events to listeners. Costs nothing while nobody listens. */
export class EventHub {
  private readonly listeners = new Set<(event: SandboxEvent) => void>()

  /** True when building an event is worth the work. */
  get heard(): boolean {
    return this.listeners.size > 0
  }

  /** Adds a listener; the answer removes it. */
  on(listener: (event: SandboxEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Tells every listener, stamping the time. */
  emit(event: Omit<SandboxEvent, 'at'>): void {
    if (this.listeners.size === 0) return
    const stamped = { ...event, at: preciseNow() }
    for (const listener of this.listeners) listener(stamped)
  }
}
