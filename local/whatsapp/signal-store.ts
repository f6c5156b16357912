import { ProtocolAddress, SessionBuilder, SessionCipher, type SessionRecord, type SignalStorage } from 'libsignal'
import { type KeyPair, withKeyType } from './crypto.ts'
import { deserializeRecord, internalsOf, ratchetKeyOf, type StoredSession, serializeRecord } from './signal-records.ts'

/** Long-term keys of a simulated phone. */
export interface PhoneKeys {
  identity: KeyPair
  registrationId: number
  signedPreKey: { id: number; pair: KeyPair; signature: Buffer }
}

/** What a device publishes so that others can start a session with it. */
export interface KeyBundle {
  registrationId: number
  identity: Buffer
  signedPreKey: { id: number; value: Buffer; signature: Buffer }
  preKey?: { id: number; value: Buffer }
}

/** An encrypted body as it goes into an `enc` node. */
export interface Sealed {
  type: 'pkmsg' | 'msg'
  body: Buffer
}

interface CipherInternals {
  doDecryptWhisperMessage(message: Buffer, session: object): Promise<Buffer>
}

function pairFor(pair: KeyPair): { privKey: Buffer; pubKey: Buffer } {
  return { privKey: pair.private, pubKey: withKeyType(pair.public) }
}

/**
 * Signal sessions of one simulated phone. Records stay in memory as live objects, which spares reading and writing
 * them for every message; `changed` is called with the address so that somebody can save them later.
 */
export class SignalStore {
  private readonly records = new Map<string, SessionRecord>()
  /** Addresses whose sending chain may lag behind what the peer has seen: the next send starts a new session. */
  private readonly stale = new Set<string>()
  private readonly keys: PhoneKeys
  private readonly changed: (address: string) => void
  private readonly storage: SignalStorage

  constructor(keys: PhoneKeys, changed: (address: string) => void) {
    this.keys = keys
    this.changed = changed
    this.storage = this.makeStorage()
  }

  private makeStorage(): SignalStorage {
    return {
      loadSession: async (address) => this.records.get(address),
      storeSession: async (address, record) => {
        this.records.set(address, record)
        this.changed(address)
      },
      isTrustedIdentity: () => true,
      loadPreKey: async () => undefined,
      removePreKey: () => undefined,
      loadSignedPreKey: () => pairFor(this.keys.signedPreKey.pair),
      getOurRegistrationId: () => this.keys.registrationId,
      getOurIdentity: () => pairFor(this.keys.identity),
    }
  }

  /** Stored form of one session, or nothing when it was dropped. */
  serialize(address: string): StoredSession | undefined {
    const record = this.records.get(address)
    return record && serializeRecord(record)
  }

  /** Puts a stored session back. With `stale` the next send opens a fresh one, because the copy may be old. */
  restore(address: string, stored: StoredSession, stale: boolean): void {
    this.records.set(address, deserializeRecord(stored))
    if (stale) this.stale.add(address)
  }

  /** True when a message can be sent without a key bundle. */
  hasSession(user: string, device: number): boolean {
    const address = `${user}.${device}`
    return !this.stale.has(address) && this.records.get(address)?.haveOpenSession() === true
  }

  /** Starts a session with a published bundle, replacing an open one. */
  async open(user: string, device: number, bundle: KeyBundle): Promise<void> {
    this.stale.delete(`${user}.${device}`)
    const { preKey, signedPreKey } = bundle
    const session = {
      registrationId: bundle.registrationId,
      identityKey: withKeyType(bundle.identity),
      signedPreKey: {
        keyId: signedPreKey.id,
        publicKey: withKeyType(signedPreKey.value),
        signature: signedPreKey.signature,
      },
      ...(preKey ? { preKey: { keyId: preKey.id, publicKey: withKeyType(preKey.value) } } : {}),
    }
    // The published type demands a one-time prekey; the code accepts a bundle without.
    await new SessionBuilder(this.storage, new ProtocolAddress(user, device)).initOutgoing(session as never)
  }

  /** Forgets the session, so that an ordinary message from there cannot be opened any more. */
  drop(user: string, device: number): void {
    this.records.delete(`${user}.${device}`)
    this.changed(`${user}.${device}`)
  }

  /** Forgets every session. */
  clear(): void {
    const [...addresses] = this.records.keys()
    this.records.clear()
    this.stale.clear()
    for (const address of addresses) this.changed(address)
  }

  /** Encrypts for a device with which a session is open. */
  async encrypt(user: string, device: number, plaintext: Buffer): Promise<Sealed> {
    const cipher = new SessionCipher(this.storage, new ProtocolAddress(user, device))
    const { type, body } = await cipher.encrypt(plaintext)
    return { type: type === 3 ? 'pkmsg' : 'msg', body: Buffer.from(body as unknown as Uint8Array) }
  }

  /** Decrypts; throws what libsignal throws, and then leaves every session as it was. */
  async decrypt(user: string, device: number, sealed: Sealed): Promise<Buffer> {
    const cipher = new SessionCipher(this.storage, new ProtocolAddress(user, device))
    return sealed.type === 'pkmsg'
      ? this.decryptFirst(`${user}.${device}`, cipher, sealed.body)
      : this.decryptNext(`${user}.${device}`, cipher, sealed.body)
  }

  /** libsignal closes the open session before it knows whether the new one works; that is undone on failure. */
  private async decryptFirst(address: string, cipher: SessionCipher, body: Buffer): Promise<Buffer> {
    const record = this.records.get(address)
    const before =
      record && new Map(Object.entries(internalsOf(record).sessions).map(([k, s]) => [k, s.indexInfo.closed]))
    try {
      return await cipher.decryptPreKeyWhisperMessage(body)
    } catch (error) {
      if (record && before) {
        const { sessions } = internalsOf(record)
        for (const [key, entry] of Object.entries(sessions)) {
          const closed = before.get(key)
          if (closed === undefined) delete sessions[key]
          else entry.indexInfo.closed = closed
        }
      }
      throw error
    }
  }

  /**
   * libsignal tries every session in turn, and each failed try advances that session's ratchet. Since records are
   * live here, the session that knows the chain is used alone; a new chain is tried on copies.
   */
  private async decryptNext(address: string, cipher: SessionCipher, body: Buffer): Promise<Buffer> {
    const record = this.records.get(address)
    if (!record) throw new Error('No session record')
    const { doDecryptWhisperMessage } = cipher as unknown as CipherInternals
    const open = (session: object) => doDecryptWhisperMessage.call(cipher, body, session)
    const ratchetKey = ratchetKeyOf(body)
    const live = internalsOf(record)
    const known = live.getSessions().find((entry) => entry.getChain(ratchetKey))
    if (known) {
      const plaintext = await open(known)
      known.indexInfo.used = Date.now()
      this.changed(address)
      return plaintext
    }
    for (const entry of live.getSessions()) {
      const key = entry.indexInfo.baseKey.toString('base64')
      const copy = internalsOf(deserializeRecord(serializeRecord(record))).sessions[key]
      if (!copy) continue
      try {
        const plaintext = await open(copy)
        copy.indexInfo.used = Date.now()
        live.sessions[key] = copy
        this.changed(address)
        return plaintext
      } catch {
        // Not the session of this message: the copy is thrown away and the next one tried.
      }
    }
    throw new Error('No matching sessions found for message')
  }
}
