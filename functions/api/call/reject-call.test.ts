import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fail } from '#kit/errors.ts'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'

const CALL = { call_id: 'call_12345_abcd', call_from: '5521971532700@s.whatsapp.net', reject_type: 'busy' }

let world: ApiWorld
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
})
beforeEach(() => {
  world.runner.commands.length = 0
  world.runner.onSend(() => 'ack')
  world.runner.onQuery('call.reject', ({ work }) => {
    if (work.type !== 'call.reject' || work.callId !== CALL.call_id) throw fail('not_found')
    return {}
  })
})
afterAll(() => world?.close())

const reject = (more: Record<string, unknown> = {}, by = device) =>
  world.call('POST', '/call/reject/send', { headers: by.headers, body: { ...CALL, ...more } })

test('a call is rejected without a word', async () => {
  const answer = await reject()
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toEqual({ success: true, ...CALL, action: 'rejected', message_sent: false })
  expect(world.runner.commands.map(({ work }) => work)).toEqual([
    { type: 'call.reject', callId: CALL.call_id, from: CALL.call_from },
  ])
})

test('a message follows the rejection', async () => {
  expect((await reject({ message: "I'll call you back." })).body).toMatchObject({ success: true, message_sent: true })
  expect(world.runner.sends()).toMatchObject([
    { to: CALL.call_from, content: { kind: 'text', text: "I'll call you back." } },
  ])
})

test('a message that fails does not undo the rejection, and is told about', async () => {
  world.runner.onSend(() => ({ refuse: 463 }))
  expect((await reject({ message: 'x' })).body).toMatchObject({
    success: true,
    message_sent: false,
    message_error: expect.any(String),
  })
})

test('a call that does not ring is not found, and nothing is written', async () => {
  const answer = await reject({ call_id: 'another', message: 'x' })
  expect(answer.status).toBe(404)
  expect(answer.body).toEqual({ error: expect.stringMatching(/^failed to reject call: /) })
  expect(world.runner.sends()).toEqual([])
})

test.each([
  [{ call_id: '' }, 'call_id'],
  [{ call_from: '5521971532700' }, 'invalid call_from JID: invalid format'],
  [{ call_from: '120363321748594524@g.us' }, 'invalid call_from JID: invalid format'],
  [{ reject_type: 'decline' }, 'must be: busy, declined, or unavailable'],
  [{ message: 'x'.repeat(4097) }, 'message'],
])('%#: a wrong field is refused in the documented form', async (more, text) => {
  const answer = await reject(more)
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ error: expect.stringContaining(text) })
  expect(world.runner.commands).toEqual([])
})

test('a device without a session says so', async () => {
  const never = await world.device(await world.tenant())
  const answer = await reject({}, never)
  expect([answer.status, answer.body]).toEqual([500, { error: 'client not initialized' }])
})
