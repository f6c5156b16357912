import type { Message } from '@aws-sdk/client-sqs'
import { readGroup } from '#domains/commands/dispatch.ts'
import type { Clock } from '#kit/clock.ts'

/** How many commands one shard's consumer holds, and when it makes room. */
export type InFlightLimits = {
  /** Nothing is received beyond this many, those left out that only wait for a connection. */
  most: number
  /** Nothing is received beyond this many of all. */
  hardMost: number
  /** Beyond this many, commands that wait for their device are given back, until there are `relieved`. */
  pressed: number
  relieved: number
  /**
   * Of one device, beside those that share a group (of which the queue gives ten at most). What is more comes back after `laterSeconds`,
   * and later each time.
   */
  perDevice: number
  laterSeconds: number
  /** Seconds after which the first command of a device that waits is looked at again, once it was given back. */
  parkSeconds: number
}

/** The limits of a running task. */
export const IN_FLIGHT_LIMITS: InFlightLimits = {
  most: 400,
  hardMost: 2000,
  pressed: 300,
  relieved: 200,
  perDevice: 40,
  laterSeconds: 5,
  parkSeconds: 60,
}

/** The queue takes a command for broken after ten receives: one that came this often is kept here until it ends. */
const GIVEN_BACK_MAX = 5

/** A command in the hands of this task. */
export type InFlight = {
  handle: string
  group: string
  device: string
  receiveCount: number
  begun: boolean
  /** Its group goes on without it: a query, which waits some seconds for its device at most. */
  settled: boolean
  /** Given back while it was not begun: it is nobody's here any more. */
  returned: boolean
  /** Since when its device is waited for (monotonic). */
  waitsSinceMs: number | undefined
  giveBack: AbortController
  /** Seconds for which it is hidden when it is given back. */
  parkSeconds: number
}

/**
 * The commands that a consumer holds. A device that is away may hold back its own commands, but never those of others: when many
 * wait, they go back to the queue. The first one of a group goes last and hidden, so that none overtakes it: the queue gives nothing
 * of a group out while one of it is hidden.
 */
export const makeInFlight = (clock: Clock, limits: InFlightLimits) => {
  const held = new Set<InFlight>()
  const devices = new Map<string, number>()

  const drop = (command: InFlight): void => {
    if (!held.delete(command)) return
    const left = (devices.get(command.device) ?? 1) - 1
    if (left > 0) devices.set(command.device, left)
    else devices.delete(command.device)
  }

  /** Commands that take more than a place in memory. */
  const busy = (): number => {
    let count = 0
    for (const { settled, waitsSinceMs } of held) if (!settled || waitsSinceMs === undefined) count += 1
    return count
  }

  const mayReturn = ({ receiveCount }: InFlight): boolean => receiveCount < GIVEN_BACK_MAX

  /** Commands behind one that waits, the last first. */
  const behind = (waiting: InFlight[]): InFlight[] => {
    const groups = new Set(waiting.map(({ group }) => group))
    return [...held].reverse().filter((each) => !each.begun && groups.has(each.group) && mayReturn(each))
  }

  return {
    /** Takes a command in, or says after how many seconds it is to come again because its device has its share already. */
    take: (message: Message): InFlight | { laterSeconds: number } => {
      const group = message.Attributes?.MessageGroupId ?? ''
      const receiveCount = Number(message.Attributes?.ApproximateReceiveCount ?? 1)
      const { deviceId: device, isShared } = readGroup(group)
      const count = devices.get(device) ?? 0
      if (count >= limits.perDevice && !isShared) return { laterSeconds: limits.laterSeconds * receiveCount }
      const command: InFlight = {
        handle: message.ReceiptHandle ?? '',
        group,
        device,
        receiveCount,
        begun: false,
        settled: false,
        returned: false,
        waitsSinceMs: undefined,
        giveBack: new AbortController(),
        parkSeconds: 0,
      }
      devices.set(device, count + 1)
      held.add(command)
      return command
    },

    drop,

    /** Notes whether a command waits for its device. */
    waits: (command: InFlight, isWaiting: boolean): void => {
      command.waitsSinceMs = isWaiting ? (command.waitsSinceMs ?? clock.monotonicMs()) : undefined
    },

    /**
     * Makes room when it is short: gives the commands to hand back to the queue at once, and asks those that wait the longest to end.
     */
    relieve: (): InFlight[] => {
      if (held.size <= limits.pressed) return []
      const surplus = busy() - limits.relieved
      if (surplus <= limits.pressed - limits.relieved) return []
      const waiting = [...held]
        .filter((each) => each.waitsSinceMs !== undefined && !each.settled && !each.giveBack.signal.aborted)
        .sort((a, b) => (a.waitsSinceMs ?? 0) - (b.waitsSinceMs ?? 0))
      const returned = behind(waiting).slice(0, surplus)
      for (const each of returned) {
        each.returned = true
        drop(each)
      }
      for (const each of waiting.filter(mayReturn).slice(0, surplus - returned.length)) {
        each.parkSeconds = limits.parkSeconds
        each.giveBack.abort()
      }
      return returned
    },

    /** Asks every command that waits to end, and those that have not begun not to. */
    giveAllBack: (): void => {
      for (const each of held) {
        each.parkSeconds = 0
        each.giveBack.abort()
      }
    },

    handles: (): string[] => [...held].map(({ handle }) => handle),
    size: (): number => held.size,
    isFull: (): boolean => held.size >= limits.hardMost || (held.size >= limits.most && busy() >= limits.most),
  }
}
