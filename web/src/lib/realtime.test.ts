import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Realtime } from './realtime.ts'

/** A socket that does what the test says. */
class FakeSocket extends EventTarget {
  readonly sent: string[] = []
  closed = false
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    if (this.closed) return
    this.closed = true
    this.dispatchEvent(new Event('close'))
  }
  opens(): void {
    this.dispatchEvent(new Event('open'))
  }
  brings(message: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
}

const event = (id: string, type = 'message.received') => ({ type: 'event', event: { id, type } })

let sockets: FakeSocket[]
let realtime: Realtime
let token: () => Promise<string>

/** Connects, and gives the socket once it was asked for. */
const nextSocket = async (): Promise<FakeSocket> => {
  await vi.advanceTimersByTimeAsync(0)
  return sockets.at(-1)!
}

beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
  token = async () => 'a.b.c'
  realtime = new Realtime({
    url: 'ws://host/ws',
    token: () => token(),
    random: () => 0,
    open: (url) => {
      const socket = new FakeSocket(url)
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
  })
})

afterEach(() => {
  realtime.stop()
  vi.useRealTimers()
})

describe('the realtime connection', () => {
  test('opens with a token and hands events to those who listen for their type, each once', async () => {
    const got: string[] = []
    realtime.on('message.received', ({ id }) => got.push(id))
    realtime.on('*', ({ id }) => got.push(`all ${id}`))
    realtime.start()
    const socket = await nextSocket()
    expect(socket.url).toBe('ws://host/ws?token=a.b.c')
    socket.opens()
    expect(realtime.state.get()).toBe('open')
    for (const id of ['1', '2', '1']) socket.brings(event(id))
    socket.brings(event('3', 'device.connected'))
    expect(got).toEqual(['1', 'all 1', '2', 'all 2', 'all 3'])
  })

  test('comes back after a cut with growing pauses, and says that something may have been missed', async () => {
    let gaps = 0
    realtime.onGap(() => {
      gaps += 1
    })
    realtime.start()
    ;(await nextSocket()).opens()
    expect(gaps).toBe(1)
    sockets[0]!.close()
    expect(realtime.state.get()).toBe('waiting')
    await vi.advanceTimersByTimeAsync(499)
    expect(sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(sockets).toHaveLength(2)
    sockets[1]!.close()
    await vi.advanceTimersByTimeAsync(999)
    expect(sockets).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    sockets[2]!.opens()
    expect([realtime.state.get(), gaps]).toEqual(['open', 2])
  })

  test('gives up a connection that does not answer a ping', async () => {
    realtime.start()
    const socket = await nextSocket()
    socket.opens()
    await vi.advanceTimersByTimeAsync(240_000)
    expect(socket.sent).toEqual(['{"action":"ping"}'])
    socket.brings({ type: 'pong' })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(realtime.state.get()).toBe('open')
    realtime.probe()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(socket.closed).toBe(true)
    expect(realtime.state.get()).not.toBe('open')
  })

  test('is replaced before two hours without a gap: the old one closes when the new one is open', async () => {
    let gaps = 0
    realtime.onGap(() => {
      gaps += 1
    })
    realtime.start()
    const first = await nextSocket()
    first.opens()
    for (let minutes = 0; minutes < 110; minutes += 2) {
      await vi.advanceTimersByTimeAsync(120_000)
      first.brings({ type: 'pong' })
    }
    expect(sockets).toHaveLength(2)
    expect([first.closed, realtime.state.get()]).toEqual([false, 'open'])
    sockets[1]!.opens()
    expect([first.closed, realtime.state.get(), gaps]).toEqual([true, 'open', 1])
  })

  test('waits when no token can be had, and tries at once when the network is back', async () => {
    token = () => Promise.reject(new Error('offline'))
    realtime.start()
    await vi.advanceTimersByTimeAsync(0)
    expect([sockets.length, realtime.state.get()]).toEqual([0, 'waiting'])
    token = async () => 'd.e.f'
    realtime.probe()
    expect((await nextSocket()).url).toContain('d.e.f')
  })

  test('stays closed when it was stopped while it was opening', async () => {
    realtime.start()
    const socket = await nextSocket()
    realtime.stop()
    socket.opens()
    expect([socket.closed, realtime.state.get()]).toEqual([true, 'off'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sockets).toHaveLength(1)
  })
})
