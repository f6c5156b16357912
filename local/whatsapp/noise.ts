import { proto } from '@whiskeysockets/baileys'
import { agree, hkdf, type KeyPair, newKeyPair, openGcm, sealGcm, secretKey, sha256 } from './crypto.ts'

const PATTERN = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0', 'latin1')
const EMPTY = Buffer.alloc(0)

function counterIv(counter: number): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUInt32BE(counter, 8)
  return iv
}

/** What the client proved and asked for when the handshake is over. */
export interface ClientHandshake {
  noisePublic: Buffer
  payload: proto.ClientPayload
  transport: Transport
}

/** One direction each way, AES-GCM under a counter from zero. */
export interface Transport {
  seal(plaintext: Uint8Array): Buffer
  open(sealed: Uint8Array): Buffer
}

function transportOf(readKey: Buffer, writeKey: Buffer): Transport {
  let reads = 0
  let writes = 0
  const writer = secretKey(writeKey)
  const reader = secretKey(readKey)
  return {
    seal: (plaintext) => sealGcm(writer, counterIv(writes++), plaintext),
    open: (sealed) => openGcm(reader, counterIv(reads++), sealed),
  }
}

/** Server side of the Noise XX handshake with the client intro as prologue. Create one per connection. */
export class NoiseServer {
  private hash: Buffer = PATTERN
  private salt: Buffer = PATTERN
  private key: Buffer = PATTERN
  private counter = 0
  private readonly ephemeral = newKeyPair()
  private readonly staticKey: KeyPair
  private readonly chain: Uint8Array

  constructor(staticKey: KeyPair, chain: Uint8Array, intro: Uint8Array) {
    this.staticKey = staticKey
    this.chain = chain
    this.authenticate(intro)
  }

  private authenticate(data: Uint8Array): void {
    this.hash = sha256(Buffer.concat([this.hash, data]))
  }

  private mix(secret: Uint8Array): void {
    const keys = hkdf(secret, 64, '', this.salt)
    this.salt = keys.subarray(0, 32)
    this.key = keys.subarray(32)
    this.counter = 0
  }

  private seal(plaintext: Uint8Array): Buffer {
    const sealed = sealGcm(this.key, counterIv(this.counter++), plaintext, this.hash)
    this.authenticate(sealed)
    return sealed
  }

  private open(sealed: Uint8Array): Buffer {
    const plaintext = openGcm(this.key, counterIv(this.counter++), sealed, this.hash)
    this.authenticate(sealed)
    return plaintext
  }

  /** Answers the client hello; the bytes go out as one frame. */
  hello(frame: Uint8Array): Uint8Array {
    const clientEphemeral = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral
    if (clientEphemeral?.length !== 32) throw new Error('client hello without an ephemeral key')
    this.authenticate(clientEphemeral)
    this.authenticate(this.ephemeral.public)
    this.mix(agree(this.ephemeral.private, clientEphemeral))
    const leaf = this.seal(this.staticKey.public)
    this.mix(agree(this.staticKey.private, clientEphemeral))
    const payload = this.seal(this.chain)
    return proto.HandshakeMessage.encode({
      serverHello: { ephemeral: this.ephemeral.public, static: leaf, payload },
    }).finish()
  }

  /** Opens the client finish. Throws when it was not sealed for this handshake. */
  finish(frame: Uint8Array): ClientHandshake {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish
    if (!finish?.static || !finish.payload) throw new Error('client finish is incomplete')
    const noisePublic = this.open(finish.static)
    this.mix(agree(this.ephemeral.private, noisePublic))
    const payload = proto.ClientPayload.decode(this.open(finish.payload))
    const keys = hkdf(EMPTY, 64, '', this.salt)
    return { noisePublic, payload, transport: transportOf(keys.subarray(0, 32), keys.subarray(32)) }
  }
}
