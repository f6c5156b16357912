import { z } from 'zod'
import type { Device } from './companion.ts'

/** Faults that act once, at the moment they are set, on devices that are connected. */
const IMMEDIATE = ['stream-error', 'disconnect', 'prekey-low', 'prekeys-used', 'ping'] as const

/** Faults that wait for an occasion. */
const STANDING = [
  'login-failure',
  'ack-error',
  'ack-delay',
  'ack-withhold',
  'ack-other-class',
  'receipt-withhold',
  'silence',
  'refuse-connections',
  'iq-error',
  'iq-withhold',
  'usync-error',
  'no-lids',
  'greets-unlinked',
  'link-without-restart',
  'code-refused',
  'link-unsupported',
  'link-forged',
  'phone-cannot-decrypt',
  'device-cannot-decrypt',
  'device-cannot-know',
  'device-plaintext',
  'peer-twice',
  'media-gone',
  'app-state-conflict',
  'app-state-damaged',
] as const

/**
 * A fault to set. `phone` and `device` narrow it to an account or one companion; without them it concerns everybody.
 * `count` is how often it strikes, unlimited when absent except for `ack-error` and `login-failure`, which default to 1.
 */
export const faultInput = z.object({
  kind: z.enum([...IMMEDIATE, ...STANDING]),
  phone: z.string().optional(),
  device: z.number().int().min(1).optional(),
  /** Stream, failure, ack or iq error code. */
  code: z.number().int().optional(),
  count: z.number().int().min(1).optional(),
  /** Delay of acks; duration of silence and refusal. */
  ms: z.number().int().min(0).optional(),
  /** Namespace of the requests that `iq-error` and `iq-withhold` strike. */
  xmlns: z.string().optional(),
})

/** A fault as callers write it. */
export type FaultInput = z.infer<typeof faultInput>

/** A fault that waits for its occasion. */
export interface Fault extends FaultInput {
  id: string
  remaining?: number
  /** Unix milliseconds at which it lapses. */
  until?: number
}

const STRIKE_ONCE = new Set<string>(['ack-error', 'login-failure'])
const LASTING = new Set<string>(['silence', 'refuse-connections'])

/** True when the fault acts at once instead of waiting. */
export function actsAtOnce(kind: FaultInput['kind']): boolean {
  return (IMMEDIATE as readonly string[]).includes(kind)
}

/** The faults that are set. */
export class FaultBox {
  private faults: Fault[] = []
  private next = 1

  /** Sets a fault that waits for its occasion. */
  add(input: FaultInput): Fault {
    const fault: Fault = { ...input, id: `fault-${this.next++}` }
    const count = input.count ?? (STRIKE_ONCE.has(input.kind) ? 1 : undefined)
    if (count !== undefined) fault.remaining = count
    if (LASTING.has(input.kind) && input.ms !== undefined) fault.until = Date.now() + input.ms
    this.faults.push(fault)
    return fault
  }

  /** Faults in force. */
  list(): Fault[] {
    this.faults = this.faults.filter((fault) => fault.until === undefined || fault.until > Date.now())
    return [...this.faults]
  }

  /** Clears one fault by id, or all. Gives how many were cleared. */
  clear(id?: string): Fault[] {
    const gone = this.faults.filter((fault) => id === undefined || fault.id === id)
    this.faults = this.faults.filter((fault) => !gone.includes(fault))
    return gone
  }

  /** The first fault of the kind that concerns this device, counted down. Nothing set costs one comparison. */
  take(kind: Fault['kind'], target: { phone?: string; device?: number }, xmlns?: string): Fault | undefined {
    if (this.faults.length === 0) return undefined
    const found = this.list().find(
      (fault) =>
        fault.kind === kind &&
        (fault.phone === undefined || fault.phone === target.phone) &&
        (fault.device === undefined || fault.device === target.device) &&
        (fault.xmlns === undefined || fault.xmlns === xmlns),
    )
    if (found?.remaining !== undefined) {
      found.remaining -= 1
      if (found.remaining <= 0) this.faults = this.faults.filter((fault) => fault !== found)
    }
    return found
  }
}

/** How faults name a companion. */
export function faultTarget(device: Device): { phone: string; device: number } {
  return { phone: device.phone, device: device.id }
}
