import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from './api-world.ts'
import { at } from './http.ts'
import type { Invoked } from './invoke.ts'

/** A world with a device that is online, for the tests of a file that send with it; WhatsApp takes everything until told otherwise. */
export const useSender = () => {
  let world: ApiWorld
  let tenant: TestTenant
  let device: ApiDevice
  beforeAll(async () => {
    world = await apiWorld()
    tenant = await world.tenant()
    device = await world.onlineDevice(tenant)
  })
  beforeEach(() => world.runner.onSend(() => 'ack'))
  afterAll(() => world?.close())

  const send = (kind: string, body: unknown, headers: Record<string, string> = {}): Promise<Invoked> =>
    world.call('POST', `/chat/send/${kind}`, { headers: { ...device.headers, ...headers }, body })

  /** What the device was told to do for a request with this answer. */
  const workOf = (answer: Invoked) => world.runner.sends().find((work) => work.messageId === at(answer.body, 'data.Id'))

  /** Sends and gives what the device was told to say; fails unless the document's answer came. */
  const said = async (kind: string, body: unknown) => {
    const answer = await send(kind, body)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({ code: 200, success: true })
    const work = workOf(answer)
    if (!work) throw new Error('nothing was sent')
    return work
  }

  /** Sends something with buttons and gives what was said, with the name and the parameters of each button. */
  const interactive = async (kind: string, body: unknown) => {
    const { content } = await said(kind, body)
    if (content.kind !== 'interactive') throw new Error(`it was sent as ${content.kind}`)
    const panels = [content.panel, ...(content.cards ?? [])]
    return {
      ...content,
      buttons: panels.flatMap(({ buttons }) => buttons.map((one) => [one.name, JSON.parse(one.params)])),
    }
  }

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
    send,
    workOf,
    said,
    interactive,
  }
}
