import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const TTL_MS = 3_000

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 2, leaseTtlMs: TTL_MS })
}, 60_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

const texts = (phone: string): { text: string | undefined; times: number }[] =>
  world.network
    .phone(phone)
    .messages()
    .filter((message) => !message.fromMe)
    .map(({ text, times }) => ({ text, times }))

test('a task killed in a burst loses and doubles nothing, and another one has its devices within three lease periods', async () => {
  const first = await world.startChild()
  device = await world.pair(await world.createDevice(), '15550002001')
  const customer = world.network.createPhone('15550002002', { autoRead: true })
  await world.untilStatus(await world.send(device, '15550002002', { kind: 'text', text: 'warm' }), 'read')
  const second = await world.startChild()
  let asked = 0
  world.network.on(({ type, data }) => {
    if (type === 'message.status' && data?.status === 'retry-asked') asked += 1
  })

  const refs = []
  const inbound: string[] = []
  for (let at = 0; at < 60; at += 1) {
    refs.push(await world.send(device, '15550002002', { kind: 'text', text: `out ${at}` }))
    inbound.push((await customer.send({ to: '15550002001', text: `in ${at}` })).id)
    if (at === 30) {
      // Whichever task owns the device's shard is the one that dies.
      const { owner } = await world.currentDevice(device)
      const ownerIsFirst = await isOwner(first, owner)
      const victim = ownerIsFirst ? first : second
      victim.kill('SIGKILL')
      await once(victim, 'exit')
    }
  }
  const killedMs = performance.now()
  await world.untilStatus(refs[59] as never, 'read', 60_000)
  for (const [at, ref] of refs.entries()) {
    await world.untilStatus(ref, 'read', 5_000).catch(async (error: unknown) => {
      const message = await world.messageOf(ref)
      const { proto: _proto, ...rest } = message ?? {}
      throw new Error(
        `${at}: ${JSON.stringify(rest)} phone: ${JSON.stringify(customer.messages().find((m) => m.id === ref.messageId))}`,
        { cause: error },
      )
    })
  }
  const tookMs = performance.now() - killedMs

  const got = texts('15550002002')
  expect(got.filter(({ text }) => text?.startsWith('out')).map(({ text }) => text)).toEqual(
    Array.from({ length: 60 }, (_, at) => `out ${at}`),
  )
  // Nothing left in a form that the other side could not read.
  expect(asked).toBe(0)
  const stored = await waitFor('all inbound messages', async () => {
    const messages = (await world.conversation(device, '15550002002@s.whatsapp.net')).filter(
      (message) => message.direction === 'in',
    )
    return messages.length >= 60 && messages
  })
  expect(stored.map((message) => message.messageId).sort()).toEqual([...inbound].sort())
  // The dead task's commands become visible again 15 seconds after they were received.
  expect(tookMs).toBeLessThan(3 * TTL_MS + 25_000)
}, 120_000)

const isOwner = async (
  child: Awaited<ReturnType<World['startChild']>>,
  owner: string | undefined,
): Promise<boolean> => {
  child.send('usage')
  const [answer] = (await once(child, 'message')) as [{ facts: { task: string } }]
  return answer.facts.task === owner
}
