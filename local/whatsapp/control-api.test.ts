import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSandboxNetwork } from './network.ts'
import type { SandboxNetwork } from './network-types.ts'
import { eventually, TestClient } from './test-client.ts'

let network: SandboxNetwork
let client: TestClient | undefined

beforeAll(async () => {
  network = await startSandboxNetwork({ controlPort: 0 })
})

afterAll(async () => {
  client?.close()
  await network.close()
})

interface Answer {
  status: number
  json: unknown
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body)
  const answer = await fetch(`${network.controlUrl}${path}`, { method, body: text })
  return { status: answer.status, json: await answer.json() }
}

describe('the control API', () => {
  test('stands on a port of its own when one is given', () => {
    expect(new URL(network.controlUrl).port).not.toBe(new URL(network.webSocketUrl).port)
  })

  test('creates a phone once: 201, then 200 with the same phone, whether or not the number has a plus', async () => {
    const first = await call('POST', '/phones', { phone: '+15555000001', name: 'Ada' })
    const second = await call('POST', '/phones', { phone: '15555000001', name: 'Other' })
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.json).toEqual(first.json)
    expect((await call('GET', '/phones/+15555000001')).json).toEqual(first.json)
    expect((await call('GET', '/phones')).json).toEqual([first.json])
  })

  test.each([
    ['POST', '/phones', {}, 400],
    ['POST', '/phones', '{', 400],
    ['POST', '/phones', { phone: '12' }, 400],
    ['GET', '/phones/15559990000', undefined, 404],
    ['PATCH', '/phones/15555000001', { name: 7 }, 400],
    ['POST', '/phones/15555000001/scan', {}, 400],
    ['POST', '/phones/15555000001/scan', { qr: 'data:image/png;base64,AAAA' }, 400],
    ['POST', '/phones/15555000001/messages', { to: '15555000001' }, 400],
    ['POST', '/phones/15555000001/messages', { to: '15559990000', text: 'x' }, 404],
    ['POST', '/phones/15555000001/read', { id: 'nothing' }, 404],
    ['GET', '/phones/15555000001/media/nothing', undefined, 404],
    ['POST', '/phones/15555000001/unlink', { device: 9 }, 404],
    ['POST', '/phones/15555000001/groups', { subject: 'x', participants: ['15559990000'] }, 404],
    ['GET', '/groups/none@g.us', undefined, 404],
    ['POST', '/faults', { kind: 'unheard-of' }, 400],
    ['DELETE', '/faults/none', undefined, 404],
    ['GET', '/no-such-path', undefined, 404],
  ])('%s %s with a bad request is answered in the one error form', async (method, path, body, status) => {
    const answer = await call(method, path, body)
    expect(answer.status).toBe(status)
    expect(answer.json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } })
  })

  test.each([
    ['POST', '/phones', {}, '`phone` is missing'],
    ['POST', '/phones', { phone: '1555', contacts: [{ phone: '1556' }] }, '`contacts.0.name` is missing'],
    ['POST', '/phones/15555000001/read', {}, '`id` is missing'],
    ['POST', '/phones/15555000001/messages', { text: 'x' }, '`to` is missing'],
    ['POST', '/phones/15555000001/messages', { to: '1', text: 'x', image: 'AAAA' }, '`text` and `image`'],
    ['POST', '/phones/15555000001/messages', { to: '1', poll: {}, revoke: {}, text: 'x' }, '`poll.name` is missing'],
    ['POST', '/phones/15555000001/messages', { to: '1', document: '@@@' }, '`document`'],
    ['POST', '/phones/15555000001/messages', { to: '1', document: 'https://example.com/a.pdf' }, '`document`'],
    ['POST', '/phones/15555000001/messages', { to: '1', image: { base64: 'data:text/plain,x' } }, '`image.base64`'],
    ['GET', '/phones/15555000001/messages?since=abc', undefined, '`since`'],
    ['GET', '/phones/15555000001/messages?since=-1', undefined, '`since`'],
  ])('%s %s with %j is refused by the name of what is wrong', async (method, path, body, words) => {
    const answer = await call(method, path, body)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ error: { message: expect.stringContaining(words) } })
  })

  test('groups and messages work between phones that no client is linked to', async () => {
    await call('POST', '/phones', { phone: '15555000002', name: 'Bob' })
    const made = await call('POST', '/phones/15555000001/groups', { subject: 'Duo', participants: ['15555000002'] })
    expect(made.status).toBe(201)
    const { id } = made.json as { id: string }
    expect((await call('POST', '/phones/15555000002/messages', { to: id, text: 'hi all' })).status).toBe(201)
    await eventually('group text', async () => {
      const { json } = await call('GET', `/phones/15555000001/messages?chat=${encodeURIComponent(id)}`)
      return (json as { text?: string }[]).some(({ text }) => text === 'hi all')
    })
    await call('POST', '/phones/15555000001/messages', { to: '15555000002', text: 'just you' })
    await eventually('direct text', async () => {
      const { json } = await call('GET', '/phones/15555000002/messages?chat=15555000001')
      return (json as { text?: string }[]).length === 1
    })
    const renamed = await call('PATCH', `/phones/15555000001/groups/${encodeURIComponent(id)}`, { subject: 'Two' })
    expect(renamed.json).toMatchObject({ subject: 'Two' })
  })

  test('faults are set, listed and cleared', async () => {
    const set = await call('POST', '/faults', { kind: 'ack-error', phone: '+15555000001', code: 463, count: 3 })
    expect(set).toMatchObject({ status: 201, json: { kind: 'ack-error', struck: 0 } })
    expect((await call('GET', '/faults')).json).toMatchObject([{ phone: '15555000001', code: 463, remaining: 3 }])
    expect((await call('DELETE', '/faults')).json).toEqual({ cleared: 1 })
    expect((await call('GET', '/faults')).json).toEqual([])
  })

  test('events are streamed with times that other processes can compare', async () => {
    const stop = new AbortController()
    const stream = await fetch(`${network.controlUrl}/events?types=frame.in,device.linked`, { signal: stop.signal })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const pump = (async () => {
      for (;;) {
        const part = await reader?.read()
        if (!part || part.done) return
        text += part.value
      }
    })().catch(() => undefined)
    const before = performance.timeOrigin + performance.now()
    client = new TestClient(network)
    await call('POST', '/phones/15555000001/scan', { qr: await client.qr() })
    await client.opened()
    await eventually('both kinds', () => text.includes('event: device.linked') && text.includes('event: frame.in'))
    const data = text.split('\n').find((line) => line.startsWith('data: '))
    const { at } = JSON.parse(data?.slice('data: '.length) ?? '{}')
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at - before).toBeLessThan(10_000)
    stop.abort()
    await pump
  })

  test('counts what went over the wire', async () => {
    const { json } = await call('GET', '/stats')
    expect(json).toMatchObject({ phones: 2, groups: 1, devices: 1 })
    expect((json as { framesIn: number }).framesIn).toBeGreaterThan(0)
  })

  test('serves the page with its style and script', async () => {
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/page.css', 'text/css'],
      ['/page.js', 'text/javascript'],
    ]) {
      const answer = await fetch(`${network.controlUrl}${path}`)
      expect(answer.headers.get('content-type')).toContain(type)
      expect((await answer.text()).length).toBeGreaterThan(100)
    }
  })
})
