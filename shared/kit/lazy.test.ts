import { expect, test } from 'vitest'
import { forgetLazy, lazy, lazyAsync } from './lazy.ts'

test('a value is made on first use, once, also when it is undefined', () => {
  let made = 0
  const value = lazy(() => {
    made += 1
    return undefined
  })
  expect(made).toBe(0)
  expect([value(), value(), made]).toEqual([undefined, undefined, 1])
})

test('a promise is shared while it lasts and once it is kept; a failure is not kept', async () => {
  let made = 0
  const value = lazyAsync(async () => {
    made += 1
    if (made === 1) throw new Error('the store is down')
    return made
  })
  const [first, second] = await Promise.allSettled([value(), value()])
  expect([first.status, second.status]).toEqual(['rejected', 'rejected'])
  expect([await value(), await value(), made]).toEqual([2, 2, 2])
})

test('forgetting makes the next use begin anew', async () => {
  let made = 0
  const [value, promise] = [lazy(() => ++made), lazyAsync(async () => ++made)]
  expect([value(), await promise()]).toEqual([1, 2])
  forgetLazy()
  expect([value(), await promise()]).toEqual([3, 4])
})
