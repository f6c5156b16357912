import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'

const CHAT = '5521971532700@s.whatsapp.net'
const GROUP = '120363321748594524@g.us'
const AUTHOR = '5521988887777@s.whatsapp.net'

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
  device = await world.onlineDevice(tenant)
  const place = { tenantId: tenant.tenantId, deviceId: device.id }
  await storeMessage(world.ctx, place, CHAT, { messageId: 'THEIRS' })
  await storeMessage(world.ctx, place, CHAT, { messageId: 'OURS', direction: 'out' })
  await storeMessage(world.ctx, place, CHAT, { messageId: 'REFUSED', direction: 'out', status: 'failed' })
  await storeMessage(world.ctx, place, GROUP, { messageId: 'MEMBERS', participant: AUTHOR })
})
beforeEach(() => {
  world.runner.onSend(() => 'ack')
  world.runner.commands.length = 0
})
afterAll(() => world?.close())

const post = (path: string, body: unknown, by = device, more: Record<string, string> = {}): Promise<Invoked> =>
  world.call('POST', `/chat/${path}`, { headers: { ...by.headers, ...more }, body })

describe('POST /chat/react', () => {
  const react = (Phone: string, Id: string, Body = '❤️', by = device) => post('react', { Phone, Body, Id }, by)

  test('reacts to a message of the other side, in the documented form', async () => {
    const answer = await react('5521971532700', 'THEIRS')
    expect(answer.body).toEqual({
      code: 200,
      success: true,
      data: {
        Details: 'Sent',
        Id: 'THEIRS',
        Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        ReactionId: expect.stringMatching(/^3EB0/),
      },
    })
    const [sent] = world.runner.sends()
    expect(sent).toMatchObject({
      to: CHAT,
      messageId: at(answer.body, 'data.ReactionId'),
      content: { kind: 'reaction', target: { chat: CHAT, messageId: 'THEIRS', fromMe: false }, emoji: '❤️' },
    })
  })

  test('an own message is marked at the phone or at the id; "remove" takes the reaction away', async () => {
    expect((await react('5521971532700', 'me:OURS')).status).toBe(200)
    expect((await react('me:5521971532700', 'OURS')).status).toBe(200)
    expect((await react('5521971532700', 'OURS', 'remove')).status).toBe(200)
    const targets = world.runner.sends().map(({ content }) => content)
    expect(targets).toMatchObject([
      { target: { messageId: 'OURS', fromMe: true }, emoji: '❤️' },
      { target: { messageId: 'OURS', fromMe: true }, emoji: '❤️' },
      { target: { messageId: 'OURS', fromMe: true }, emoji: '' },
    ])
  })

  test('in a group the author is named', async () => {
    expect((await react(GROUP, 'MEMBERS', '👍🏽')).status).toBe(200)
    expect(world.runner.sends()[0]?.content).toMatchObject({
      target: { chat: GROUP, participant: AUTHOR },
      emoji: '👍🏽',
    })
  })

  test('what is unknown, foreign or no emoji is refused, and nothing is sent', async () => {
    const other = await world.onlineDevice(tenant)
    expect((await react('5521971532700', 'NEVER')).status).toBe(404)
    expect((await react('5521971532700', 'me:THEIRS')).status).toBe(404)
    expect((await react(GROUP, 'THEIRS')).status).toBe(404)
    expect((await react('5521971532700', 'THEIRS', '👍', other)).status).toBe(404)
    for (const Body of ['', 'hello', '👍👍']) expect((await react('5521971532700', 'THEIRS', Body)).status).toBe(400)
    expect(world.runner.sends()).toEqual([])
  })

  test('a repeated key is one reaction; a refusal of WhatsApp is an error', async () => {
    const body = { Phone: CHAT, Body: '👍', Id: 'THEIRS' }
    const first = await post('react', body, device, { 'idempotency-key': 'reaction-1' })
    const second = await post('react', body, device, { 'idempotency-key': 'reaction-1' })
    expect(second.body).toEqual(first.body)
    expect(world.runner.sends()).toHaveLength(1)
    world.runner.onSend(() => ({ refuse: 463 }))
    expect((await post('react', body)).status).toBe(502)
  })
})

describe('POST /chat/delete', () => {
  const remove = (Id: string, Phone = '5521971532700', by = device) => post('delete', { Phone, Id }, by)

  test('deletes an own message for everyone', async () => {
    expect((await remove('OURS')).body).toEqual({ code: 200, success: true, data: { Details: 'Message deleted' } })
    expect(world.runner.sends()[0]).toMatchObject({
      to: CHAT,
      content: { kind: 'revoke', target: { chat: CHAT, messageId: 'OURS', fromMe: true } },
    })
  })

  test('what is unknown, of somebody else, or never reached WhatsApp is refused', async () => {
    const other = await world.onlineDevice(tenant)
    expect((await remove('NEVER')).status).toBe(404)
    expect((await remove('OURS', GROUP)).status).toBe(404)
    expect((await remove('OURS', CHAT, other)).status).toBe(404)
    expect((await remove('THEIRS')).status).toBe(400)
    expect((await remove('REFUSED')).status).toBe(409)
    expect(world.runner.sends()).toEqual([])
  })

  test('a device without a session says so', async () => {
    const never = await world.device(tenant)
    expect((await remove('OURS', CHAT, never)).body).toEqual({ error: 'no session' })
  })
})
