import { afterAll, beforeAll, expect, test } from 'vitest'
import { at } from '#test/harness/http.ts'
import { type LiveWorld, liveWorld } from '#test/harness/live-world.ts'
import { waitFor } from '#test/harness/wait.ts'

const OWN = '15550009501'
const ANN = '15550009502'

let world: LiveWorld
let device: Awaited<ReturnType<LiveWorld['linkedDevice']>>

beforeAll(async () => {
  world = await liveWorld()
  world.network.createPhone(ANN)
  device = await world.linkedDevice(await world.tenant(), OWN)
}, 90_000)
afterAll(() => world?.close())

const now = (): number => Math.floor(Date.now() / 1000)

const status = async (): Promise<unknown> =>
  at((await world.call('GET', '/session/status', { headers: device.headers })).body, 'data.history')

const untilDone = (requestId: string): Promise<unknown> =>
  waitFor('the history to be taken', async () => {
    const found = await status()
    return at(found, 'request_id') === requestId && at(found, 'state') === 'done' && found
  })

test('what the phone is asked for comes, and the status of the session says so', async () => {
  const [oldest = ''] = device.phone.chats.remember([{ chat: ANN, text: 'the oldest known', timestamp: now() - 3_000 }])
  device.phone.chats.remember(
    Array.from({ length: 5 }, (_, n) => ({ chat: ANN, text: `older ${n}`, timestamp: now() - 5_000 + n })),
  )
  const before = Number(at(await status(), 'messages') ?? 0)
  const body = { phone: ANN, oldest_message_id: oldest, oldest_message_timestamp: (now() - 3_000) * 1000, count: 4 }
  const asked = await world.call('POST', '/sync/history-request', { headers: device.headers, body })
  expect(asked).toMatchObject({ status: 200, body: { request_id: oldest } })
  expect(await untilDone(oldest)).toMatchObject({ kind: 'onDemand', progress: 100, messages: before + 4 })

  const all = await world.call('POST', '/sync/full-history', { headers: device.headers, body: { days_limit: 7 } })
  expect(all.status).toBe(200)
  const requestId = String(at(all.body, 'request_id'))
  expect(await untilDone(requestId)).toMatchObject({ kind: 'full', progress: 100, messages: before + 6 })
}, 60_000)
