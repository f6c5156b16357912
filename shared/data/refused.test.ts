import { expect, test } from 'vitest'
import { isRefusedForGood } from './refused.ts'

const failed = (name: string, more: Record<string, unknown> = {}): Error =>
  Object.assign(new Error('it failed'), { name, $metadata: {}, ...more })

test.each([
  ['an item that is too large', failed('ValidationException')],
  [
    'a part of a transaction that is',
    failed('TransactionCanceledException', { CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }] }),
  ],
  ['a value without a form', new RangeError('Invalid time value')],
  ['a number without one', new Error('Special numeric value NaN is not allowed')],
])('%s is refused for good', (_, error) => {
  expect(isRefusedForGood(error)).toBe(true)
})

test.each([
  ['a claim that keeps changing', new Error('a conversation could not be resolved: its claims keep changing')],
  ['throttling', failed('ProvisionedThroughputExceededException')],
  ['a conflict', failed('TransactionCanceledException', { CancellationReasons: [{ Code: 'TransactionConflict' }] })],
  ['a missing permission', failed('AccessDeniedException')],
  ['a connection that broke', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  [
    'a fetch that failed',
    Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }),
  ],
  ['no answer in time', Object.assign(new Error('slow'), { name: 'TimeoutError' })],
])('%s may succeed later', (_, error) => {
  expect(isRefusedForGood(error)).toBe(false)
})
