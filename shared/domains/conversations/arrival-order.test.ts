import { expect, test } from 'vitest'
import type { Context } from '#kit/context.ts'
import { makeArrivalOrder } from './arrival-order.ts'

const SECOND = 1_900_000_000_000

type Arrival = { sentAtMs: number; nowMs: number; offline: boolean }

/** An order of a process that finds nothing in the store, which it needs nothing else of. */
const order = () => {
  const place = makeArrivalOrder(async () => undefined)
  return (tenantId: string, conversationId: number, arrival: Arrival): Promise<number> =>
    place({} as Context, { tenantId, conversationId }, arrival)
}

test('messages of one second keep the order of arrival, however late and however fast they come', async () => {
  const orderOf = order()
  const online = await Promise.all(
    [100, 100, 250, 1000, 1000, 3000].map((ms) =>
      orderOf('t', 1, { sentAtMs: SECOND, nowMs: SECOND + ms, offline: false }),
    ),
  )
  expect(online).toEqual([100, 101, 250, 900, 901, 902].map((ms) => SECOND + ms))
  const waited = await Promise.all(
    [0, 0, 1].map((ms) => orderOf('t', 2, { sentAtMs: SECOND, nowMs: SECOND + 60_000 + ms, offline: true })),
  )
  expect(waited).toEqual([0, 1, 2].map((ms) => SECOND + ms))
})

test('conversations and seconds do not concern each other, and no message leaves its second', async () => {
  const orderOf = order()
  const place = (tenant: string, conversation: number, sentAtMs: number, ms: number) =>
    orderOf(tenant, conversation, { sentAtMs, nowMs: sentAtMs + ms, offline: false })
  expect(await place('t', 1, SECOND, 999)).toBe(SECOND + 999)
  expect(await place('t', 1, SECOND, 999)).toBe(SECOND + 999)
  expect(await place('t', 2, SECOND, 5)).toBe(SECOND + 5)
  expect(await place('u', 1, SECOND, 5)).toBe(SECOND + 5)
  expect(await place('t', 1, SECOND + 1000, 5)).toBe(SECOND + 1005)
  expect(await place('t', 1, SECOND - 1000, 5)).toBe(SECOND - 995)
  expect(await place('t', 3, SECOND, -300)).toBe(SECOND + 900)
})

test('what the store could not tell is asked again', async () => {
  let isDown = true
  const place = makeArrivalOrder(async (_ctx, _ref, fromMs) => {
    if (isDown) throw new Error('the store is away')
    return fromMs + 400
  })
  const waited = () =>
    place(
      {} as Context,
      { tenantId: 't', conversationId: 1 },
      { sentAtMs: SECOND, nowMs: SECOND + 9000, offline: true },
    )
  await expect(waited()).rejects.toThrow('away')
  isDown = false
  expect(await waited()).toBe(SECOND + 401)
  expect(await waited()).toBe(SECOND + 402)
})
