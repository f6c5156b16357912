import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { applyToTarget } from '#domains/messages/apply.ts'
import type { Message } from '#domains/messages/model.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from './api-world.ts'
import { at } from './http.ts'
import type { Invoked } from './invoke.ts'
import { storeMessage } from './stored-messages.ts'
import { type Teammate, teammate } from './team.ts'

const FRIEND = '15552220001@s.whatsapp.net'

/** A message of a thread, as the API shows it. */
export type ThreadRow = Record<string, unknown> & { wa_message_id: string }
type Options = { headers?: Record<string, string>; query?: Record<string, string>; body?: unknown }

/** A thread with a first message of a friend, for each test of a file; calls are those of its tenant's API key. */
export const useThread = () => {
  let world: ApiWorld
  let tenant: TestTenant
  let device: ApiDevice
  let ann: Teammate
  let conversationId: number

  beforeAll(async () => {
    world = await apiWorld()
  })
  beforeEach(async () => {
    world.runner.onSend(() => 'ack')
    tenant = await world.tenant()
    device = await world.onlineDevice(tenant, '628111111111')
    ann = await teammate(world.ctx, tenant.tenantId, { capabilities: ['chats.send', 'inbox.view_all'] })
    conversationId = (await arrives({ text: 'the first' })).conversationId
  })
  afterAll(() => world?.close())

  const call = (method: string, path: string, options: Options = {}): Promise<Invoked> =>
    world.call(method, `/api/v1/conversations/${conversationId}${path}`, {
      headers: { authorization: tenant.apiKey },
      ...options,
    })

  let stored = 0
  const arrives = (more: Record<string, unknown> = {}, jid = FRIEND) => {
    stored += 1
    const place = { tenantId: tenant.tenantId, deviceId: device.id }
    return storeMessage(world.ctx, place, jid, { messageId: `IN${stored}`, phone: jid.split('@')[0], ...more })
  }

  /** Something that is about a stored message, as a runner takes it in. */
  const about = async (targetId: string, more: Partial<Message> & Pick<Message, 'kind'>): Promise<void> => {
    const { payload, ...rest } = more
    const message = await arrives({ ...rest, payload: { targetId, ...payload } })
    await applyToTarget(world.ctx, message)
  }

  const messages = async (query: Record<string, string> = {}): Promise<ThreadRow[]> => {
    const answer = await call('GET', '/messages', { query })
    expect(answer.status, answer.text).toBe(200)
    return answer.body as ThreadRow[]
  }

  const send = (body: unknown, headers?: Record<string, string>) =>
    call('POST', '/messages', { body, ...(headers && { headers }) })

  const workOf = (answer: Invoked) =>
    world.runner.sends().find(({ messageId }) => messageId === at(answer.body, 'wa_message_id'))

  return {
    get world() {
      return world
    },
    get tenant() {
      return tenant
    },
    get device() {
      return device
    },
    /** A user who may answer and sees everything. */
    get ann() {
      return ann
    },
    /** The thread that calls are about. */
    get conversationId() {
      return conversationId
    },
    set conversationId(id: number) {
      conversationId = id
    },
    call,
    about,
    arrives,
    messages,
    send,
    workOf,
  }
}
