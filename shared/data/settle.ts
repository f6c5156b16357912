import { delay } from '#kit/clock.ts'
import { fail, isBusy } from '#kit/errors.ts'

/** What an attempt gives when somebody else changed what it had read. */
export const LOST: unique symbol = Symbol('lost')

const TRIES = 8

/**
 * Makes a change of several items: `attempt` reads what it needs, and writes on the condition that it is still so. One that lost
 * is made again from its reading, so that its rules are checked against what is there now. Throws what the attempt throws, and
 * `try_again` when others were faster all the time.
 */
export const untilSettled = async <T>(attempt: () => Promise<T | typeof LOST>): Promise<T> => {
  for (let turn = 0; turn < TRIES; turn += 1) {
    try {
      const outcome = await attempt()
      if (outcome !== LOST) return outcome
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    await delay(Math.random() * 10 * 2 ** turn)
  }
  throw fail('try_again', { data: { retryAfterSeconds: 1 } })
}
