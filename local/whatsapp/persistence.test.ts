import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startSandboxNetwork } from './network.ts'
import { eventually, type Target, TestClient } from './test-client.ts'

let dir: string
const clients: TestClient[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sandbox-whatsapp-'))
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await rm(dir, { recursive: true, force: true })
})

function clientOf(target: Target, auth?: TestClient['auth']): TestClient {
  const made = new TestClient(target, auth)
  clients.push(made)
  return made
}

interface Running extends Target {
  controlUrl: string
  kill(signal: NodeJS.Signals): Promise<void>
}

/** The network as a process of its own, as the local stack runs it. */
async function startProcess(): Promise<Running> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--dir', dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return { ...JSON.parse(line), kill }
}

async function call<T>(target: Running, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${target.controlUrl}${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

type Texts = { text?: string; status: string }[]

describe('state over restarts', () => {
  test('phones, links, messages, media and groups are there again, and sessions go on', async () => {
    const first = await startSandboxNetwork({ dir })
    const ada = first.createPhone('15554000001', { name: 'Ada' })
    const bob = first.createPhone('15554000002', { name: 'Bob' })
    const before = clientOf(first)
    await ada.scan(await before.qr())
    await before.opened()
    await eventually('first sync', () => before.auth.creds.accountSyncCounter === 1)
    const { id: group } = await before.socket.groupCreate('Kept', ['15554000002@s.whatsapp.net'])
    await before.send('15554000002@s.whatsapp.net', { text: 'before' })
    await eventually('before', () => bob.messages().some(({ text }) => text === 'before'))
    await before.send(group, { text: 'group before' })
    await eventually('group before', () => bob.messages().some(({ text }) => text === 'group before'))
    const picture = await bob.send({ to: '15554000001', image: { base64: Buffer.from('pixels').toString('base64') } })
    before.close()
    await eventually('gone', () => !ada.view().devices[0]?.connected)
    await bob.send({ to: '15554000001', text: 'while away' })
    await first.close()

    const second = await startSandboxNetwork({ dir })
    expect(second.rootKey).toBe(first.rootKey)
    expect(second.webSocketUrl).toBe(first.webSocketUrl)
    const again = second.phone('15554000002')
    expect(again.view().lid).toBe(bob.view().lid)
    expect((await again.media(picture.id)).bytes.toString()).toBe('pixels')
    expect(second.groups.get(group).subject).toBe('Kept')
    const after = clientOf(second, before.auth)
    await after.opened()
    await after.text('while away')
    await after.send('15554000002@s.whatsapp.net', { text: 'after' })
    await eventually('after', () => again.messages().some(({ text }) => text === 'after'))
    await after.send(group, { text: 'group after' })
    await eventually('group after', () => again.messages().some(({ text }) => text === 'group after'))
    await again.send({ to: '15554000001', text: 'answer' })
    await after.text('answer')
    await second.close()
  })

  test('a linked client survives a kill of the process, and messages flow both ways afterwards', async () => {
    const first = await startProcess()
    await call(first, 'POST', '/phones', { phone: '15554000003' })
    await call(first, 'POST', '/phones', { phone: '15554000004' })
    const before = clientOf(first)
    await call(first, 'POST', '/phones/15554000003/scan', { qr: await before.qr() })
    await before.opened()
    await eventually('first sync', () => before.auth.creds.accountSyncCounter === 1)
    await before.send('15554000004@s.whatsapp.net', { text: 'one' })
    await eventually('one', async () => (await call<Texts>(first, 'GET', '/phones/15554000004/messages')).length === 1)
    await call(first, 'POST', '/phones/15554000004/messages', { to: '15554000003', text: 'hello' })
    await before.text('hello')
    await first.kill('SIGKILL')

    const second = await startProcess()
    const after = clientOf(second, before.auth)
    await after.opened()
    await call(second, 'POST', '/phones/15554000004/messages', { to: '15554000003', text: 'after the kill' })
    await after.text('after the kill')
    await after.send('15554000004@s.whatsapp.net', { text: 'two' })
    const texts = async () => call<Texts>(second, 'GET', '/phones/15554000004/messages')
    await eventually('two', async () => (await texts()).some(({ text }) => text === 'two'))
    await second.kill('SIGTERM')
  })

  test('a link that was reported is kept even when the process is killed at once', async () => {
    const first = await startProcess()
    await call(first, 'POST', '/phones', { phone: '15554000005' })
    const client = clientOf(first)
    await call(first, 'POST', '/phones/15554000005/scan', { qr: await client.qr() })
    await first.kill('SIGKILL')
    const second = await startProcess()
    const after = clientOf(second, client.auth)
    await after.opened()
    await second.kill('SIGTERM')
  })
})
