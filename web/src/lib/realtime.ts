import type { z } from 'zod'
import type { EventDefinition, EventRecord } from '#kit/define-event.ts'
import { waitBefore } from './backoff.ts'
import { EventHub, type Told } from './event-hub.ts'
import { createStore, type Store } from './store.ts'

/** How the connection is: `waiting` until the next attempt, `off` while nobody is signed in. */
export type ConnectionState = 'off' | 'connecting' | 'open' | 'waiting'

type Definition = Pick<EventDefinition, 'data'>

/** An event of one definition, as the socket brings it. */
export type EventOf<D extends Definition> = Omit<EventRecord, 'data'> & { data: z.output<D['data']> }

/** What the connection needs from outside; tests give others. */
export type RealtimeOptions = {
  url: string
  token: () => Promise<string>
  open?: (url: string) => WebSocket
  random?: () => number
}

/** An idle connection ends after ten minutes, and every one after two hours: it is kept busy, and replaced before. */
const PING_EVERY_MS = 240_000
const PONG_WITHIN_MS = 10_000
const RENEW_AFTER_MS = 110 * 60_000
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000

type Timer = ReturnType<typeof setTimeout>

/** The realtime connection. Events are hints: after a gap, everything shown is read anew. */
export class Realtime {
  readonly state: Store<ConnectionState> = createStore<ConnectionState>('off')
  readonly #options: Required<RealtimeOptions>
  readonly #events = new EventHub()
  readonly #gapListeners = new Set<() => void>()
  #socket: WebSocket | undefined
  #attempt = 0
  /** Counts the wishes to connect; what belongs to an older one is dropped. */
  #round = 0
  #retry: Timer | undefined
  #ping: Timer | undefined
  #pong: Timer | undefined
  #renew: Timer | undefined

  constructor(options: RealtimeOptions) {
    this.#options = { open: (url) => new WebSocket(url), random: Math.random, ...options }
  }

  /** Calls back with every event of a type (`*` for all); the result ends that. */
  on<D extends Definition = Definition>(type: string, listener: (event: EventOf<D>) => void): () => void {
    return this.#events.on(type, listener)
  }

  /** Calls back when events may have been missed: whenever a connection opened that did not replace an open one. */
  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener)
    return () => {
      this.#gapListeners.delete(listener)
    }
  }

  /** Connects, and stays connected until `stop()`. */
  start(): void {
    if (this.state.get() !== 'off') return
    this.#attempt = 0
    void this.#connect()
  }

  /** Closes the connection. */
  stop(): void {
    this.#round += 1
    this.state.set('off')
    clearTimeout(this.#retry)
    this.#drop()
  }

  /** Finds out at once whether the connection still lives: after a sleep, or when the network came back. */
  probe(): void {
    if (this.state.get() === 'waiting') void this.#connect()
    else if (this.state.get() === 'open') this.#sendPing()
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry)
    this.#round += 1
    const round = this.#round
    if (this.#socket === undefined) this.state.set('connecting')
    try {
      const token = await this.#options.token()
      if (round !== this.#round) return
      this.#listen(this.#options.open(`${this.#options.url}?token=${encodeURIComponent(token)}`), round)
    } catch {
      if (round === this.#round) this.#wait()
    }
  }

  #listen(socket: WebSocket, round: number): void {
    let wasOpen = false
    socket.addEventListener('open', () => {
      if (round !== this.#round) return socket.close()
      wasOpen = true
      this.#opened(socket)
    })
    socket.addEventListener('message', ({ data }) => this.#received(String(data)))
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#lost()
      else if (!wasOpen && round === this.#round) this.#wait()
    })
  }

  #opened(socket: WebSocket): void {
    const replaced = this.#socket
    this.#drop()
    this.#socket = socket
    this.#attempt = 0
    this.state.set('open')
    this.#ping = setTimeout(() => this.#sendPing(), PING_EVERY_MS)
    // The new connection is open before the old one closes, so that nothing falls between them.
    this.#renew = setTimeout(() => void this.#connect(), RENEW_AFTER_MS)
    if (replaced === undefined) for (const listener of this.#gapListeners) listener()
  }

  #received(text: string): void {
    const message = JSON.parse(text) as { type?: string; event?: Told }
    clearTimeout(this.#pong)
    if (message.type === 'event' && message.event) this.#events.tell(message.event)
  }

  #sendPing(): void {
    clearTimeout(this.#ping)
    clearTimeout(this.#pong)
    this.#socket?.send(JSON.stringify({ action: 'ping' }))
    this.#pong = setTimeout(() => this.#lost(), PONG_WITHIN_MS)
    this.#ping = setTimeout(() => this.#sendPing(), PING_EVERY_MS)
  }

  /** The open connection ended, or gave no sign of life. */
  #lost(): void {
    this.#drop()
    if (this.state.get() !== 'off') this.#wait()
  }

  #wait(): void {
    // A connection that should have been replaced may still be open: it serves until it closes.
    if (this.#socket === undefined) this.state.set('waiting')
    const ms = waitBefore(this.#attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS, this.#options.random)
    this.#attempt += 1
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#connect(), ms)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    for (const timer of [this.#ping, this.#pong, this.#renew]) clearTimeout(timer)
    socket?.close()
  }
}
