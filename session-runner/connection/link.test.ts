import { expect, test } from 'vitest'
import { manualClock } from '#test/harness/context.ts'
import { makeLink } from './link.ts'

test('a connection knows when WhatsApp was last known to be there', () => {
  const clock = manualClock()
  const link = makeLink({ services: { ctx: { clock } } } as unknown as Parameters<typeof makeLink>[0])
  expect(link.heardAt()).toBeUndefined()
  link.opened()
  const openedAt = link.heardAt()
  expect(openedAt).toBe(new Date(clock.nowMs()).toISOString())
  clock.advance(90_000)
  expect(link.heardAt()).toBe(openedAt)
  link.heard()
  expect(link.heardAt()).toBe(new Date(clock.nowMs()).toISOString())
})
