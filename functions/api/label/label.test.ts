import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { recordLabel } from '#domains/chats/repo.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'

const CHAT = '5491155553333@s.whatsapp.net'

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
  device = await world.onlineDevice(tenant)
  world.runner.onQuery('label.edit', async ({ work, deviceId }) => {
    // As the runner does: what WhatsApp has taken is stored.
    const place = { tenantId: tenant.tenantId, deviceId }
    if (work.type === 'label.edit') await recordLabel(world.ctx, place, work, { source: 'api' })
    return {}
  })
  world.runner.onQuery('label.chat', () => ({}))
  world.runner.onQuery('label.message', () => ({}))
})
beforeEach(() => {
  world.runner.commands.length = 0
})
afterAll(() => world?.close())

const post = (path: string, body: unknown, by = device) =>
  world.call('POST', `/label/${path}`, { headers: by.headers, body })
const asked = () => world.runner.commands.map(({ work }) => work)
const inEnvelope = (data: unknown) => ({ code: 200, success: true, data: { success: true, ...(data as object) } })

const newLabel = async (): Promise<string> => {
  const made = await post('manage', { label_name: 'Important', label_color: 1 })
  return String(at(made.body, 'data.label_id'))
}

test('a label is made, changed and deleted', async () => {
  const [first, second] = await Promise.all([newLabel(), newLabel()])
  expect(first).toMatch(/^label_\d{10}$/)
  expect(second).not.toBe(first)
  const changed = { label_id: first, label_name: 'Urgent', label_color: 19 }
  expect((await post('manage', changed)).body).toEqual(
    inEnvelope({ message: 'Label updated successfully', ...changed }),
  )
  const own = { label_id: 'label_1703123456', label_name: 'Mine', label_color: 0 }
  expect((await post('manage', own)).body).toEqual(inEnvelope({ message: 'Label created successfully', ...own }))
  expect((await post('manage', { label_id: first, delete: true })).body).toEqual(
    inEnvelope({ message: 'Label deleted successfully', label_id: first }),
  )
  expect(asked().slice(2)).toMatchObject([
    { type: 'label.edit', labelId: first, name: 'Urgent', color: 19, deleted: false },
    { labelId: 'label_1703123456', name: 'Mine', deleted: false },
    { labelId: first, deleted: true },
  ])
  expect((await post('manage', { label_id: first, delete: true })).status).toBe(404)
})

test.each([
  [{ label_color: 1 }, 'label_name'],
  [{ label_name: 'x' }, 'label_color'],
  [{ label_name: 'x', label_color: 20 }, 'label_color'],
  [{ label_name: '', label_color: 1 }, 'label_name'],
  [{ delete: true }, 'label_id'],
])('%j is refused', async (body, field) => {
  const answer = await post('manage', body)
  expect(answer.status).toBe(400)
  expect(at(answer.body, 'error')).toContain(field)
  expect(asked()).toEqual([])
})

test('a chat and a message are labelled', async () => {
  const label_id = await newLabel()
  const message_id = 'LABEL-ME'
  await storeMessage(world.ctx, { tenantId: tenant.tenantId, deviceId: device.id }, CHAT, { messageId: message_id })
  const phone = '5491155553333'
  expect((await post('chat', { phone, label_id, apply: true })).body).toEqual(
    inEnvelope({ message: 'Label applied successfully', jid: CHAT, label_id, applied: true }),
  )
  expect((await post('message', { phone, message_id, label_id, apply: false })).body).toEqual(
    inEnvelope({ message: 'Label removed successfully', jid: CHAT, message_id, label_id, applied: false }),
  )
  expect(asked().slice(1)).toMatchObject([
    { type: 'label.chat', chat: CHAT, labelId: label_id, applied: true },
    { type: 'label.message', chat: CHAT, messageId: message_id, labelId: label_id, applied: false },
  ])
})

test('labels and messages that are unknown, or of another device, are not found', async () => {
  const label_id = await newLabel()
  const other = await world.onlineDevice(tenant)
  const phone = '5491155553333'
  world.runner.commands.length = 0
  expect((await post('chat', { phone, label_id: 'label_1', apply: true })).status).toBe(404)
  expect((await post('chat', { phone, label_id, apply: true }, other)).status).toBe(404)
  expect((await post('message', { phone, message_id: 'NEVER', label_id, apply: true })).status).toBe(404)
  expect((await post('message', { phone, message_id: 'LABEL-ME', label_id: 'label_1', apply: true })).status).toBe(404)
  expect(asked()).toEqual([])
})
