import { decodeBinaryNode, encodeBinaryNode } from '@whiskeysockets/baileys'
import type { WebSocket } from 'ws'
import type { Connection, Device, PairingOffer } from './companion.ts'
import { FrameReader, frameOf } from './frames.ts'
import type { BinaryNode } from './nodes.ts'
import { type ClientHandshake, NoiseServer, type Transport } from './noise.ts'
import type { World } from './world.ts'

const INTRO = Buffer.from('WA')
const EDGE_INTRO = Buffer.from('ED')
const INTRO_BYTES = 4
const EDGE_HEADER_BYTES = 7

/** What a connection tells its owner. */
export interface ConnectionHandlers {
  opened(connection: Connection, handshake: ClientHandshake): void
  received(connection: Connection, stanza: BinaryNode): void
  closed(connection: Connection): void
}

type Stage = 'intro' | 'hello' | 'finish' | 'open'

/** One WebSocket: handshake, framing and encryption. What the stanzas mean is decided by the handlers. */
export class SocketConnection implements Connection {
  device: Device | undefined
  pairing: PairingOffer | undefined
  ready = false
  silent = false
  ended = false
  private stage: Stage = 'intro'
  private noise: NoiseServer | undefined
  private transport: Transport | undefined
  private readonly reader = new FrameReader()
  private draining = false
  private readonly socket: WebSocket
  private readonly world: World
  private readonly handlers: ConnectionHandlers

  constructor(socket: WebSocket, world: World, handlers: ConnectionHandlers) {
    this.socket = socket
    this.world = world
    this.handlers = handlers
    socket.on('message', (data: Buffer) => {
      this.reader.push(data)
      if (!this.draining) void this.drain()
    })
    socket.on('close', () => this.finish())
    // A reset of the peer ends the connection like a close does.
    socket.on('error', () => this.finish())
  }

  private finish(): void {
    if (this.ended) return
    this.ended = true
    this.ready = false
    this.handlers.closed(this)
  }

  private async drain(): Promise<void> {
    this.draining = true
    try {
      while (!this.ended && (await this.advance())) {
        // Every round takes one step of the handshake or one stanza.
      }
    } catch {
      // Bytes that do not decode mean the two ends lost step: nothing later can be read.
      this.drop()
    } finally {
      this.draining = false
    }
  }

  private async advance(): Promise<boolean> {
    if (this.stage === 'intro') return this.readIntro()
    const frame = this.reader.next()
    if (!frame) return false
    if (this.stage === 'open' && this.transport) {
      const stanza = await decodeBinaryNode(this.transport.open(frame))
      this.world.counters.framesIn += 1
      if (!this.ended) this.handlers.received(this, stanza)
    } else if (this.stage === 'hello' && this.noise) {
      this.socket.send(frameOf(this.noise.hello(frame)))
      this.stage = 'finish'
    } else if (this.noise) {
      const handshake = this.noise.finish(frame)
      this.transport = handshake.transport
      this.stage = 'open'
      this.handlers.opened(this, handshake)
    }
    return true
  }

  /** The intro may be preceded by routing information of an earlier session, which is not part of the prologue. */
  private readIntro(): boolean {
    const head = this.reader.peek(EDGE_HEADER_BYTES)
    if (head?.subarray(0, 2).equals(EDGE_INTRO)) {
      if (!this.reader.take(EDGE_HEADER_BYTES + head.readUIntBE(4, 3))) return false
      return true
    }
    const intro = this.reader.take(INTRO_BYTES)
    if (!intro) return false
    if (!intro.subarray(0, 2).equals(INTRO)) throw new Error('not a WhatsApp client')
    this.noise = new NoiseServer(this.world.keys.noise, this.world.chain, intro)
    this.stage = 'hello'
    return true
  }

  send(stanza: BinaryNode): void {
    if (this.ended || this.silent || !this.transport) return
    this.socket.send(frameOf(this.transport.seal(encodeBinaryNode(stanza))))
    const { counters, hub } = this.world
    counters.framesOut += 1
    counters.stanzasOut[stanza.tag] = (counters.stanzasOut[stanza.tag] ?? 0) + 1
    if (this.device) this.device.framesOut += 1
    if (hub.heard) {
      const { id, type, xmlns } = stanza.attrs
      hub.emit({
        type: 'frame.out',
        phone: this.device?.phone,
        device: this.device?.id,
        data: { tag: stanza.tag, id, stanzaType: type, xmlns, class: stanza.attrs.class },
      })
    }
  }

  close(): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.close()
    this.finish()
  }

  drop(): void {
    this.socket.terminate()
    this.finish()
  }
}
