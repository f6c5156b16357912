import { createHmac } from 'node:crypto'

/** A chain of a stored libsignal session: `key` is absent once the chain is closed. */
type Chain = {
  chainKey: { counter: number; key?: string }
  chainType: number
  messageKeys: Record<string, string>
}

type Session = {
  currentRatchet: { ephemeralKeyPair: { pubKey: string } }
  indexInfo: { closed: number; used: number; remoteIdentityKey: string }
  registrationId?: number
  _chains: Record<string, Chain>
}

/** A session record as libsignal 6 serialises it. */
export type SessionRecord = { _sessions: Record<string, Session>; version: string }

/** Where a sending chain stands: which chain, and the last counter used in it (-1: none yet). */
export type SendingPosition = { chain: string; counter: number }

const RECEIVING = 2

/** Receiving chains a session keeps, as the Java and Rust libsignal do (there 5); the JavaScript one never drops any. */
const CHAINS_KEPT = 8

const CHAIN_STEP = Buffer.of(2)

const step = (key: Buffer): Buffer => createHmac('sha256', key).update(CHAIN_STEP).digest()

const openSession = (record: SessionRecord): [string, Session] | undefined =>
  Object.entries(record._sessions).find(([, session]) => session.indexInfo.closed === -1)

/** The position of the open session's sending chain; undefined when the record cannot send. */
export const sendingPosition = (record: SessionRecord): SendingPosition | undefined => {
  const session = openSession(record)?.[1]
  const chain = session?.currentRatchet.ephemeralKeyPair.pubKey
  const counter = chain === undefined ? undefined : session?._chains[chain]?.chainKey.counter
  return chain === undefined || counter === undefined ? undefined : { chain, counter }
}

/**
 * A copy of the record whose open sending chain stands at `counter`: what is stored ahead of the sends in between. The chain
 * key is advanced as libsignal does (HMAC-SHA256 with the byte 2), the message keys passed over are not kept.
 */
export const skipAhead = (record: SessionRecord, counter: number): SessionRecord => {
  const found = openSession(record)
  const position = sendingPosition(record)
  if (!found || !position || position.counter >= counter) return record
  const [name, session] = found
  const chain = session._chains[position.chain]
  if (chain?.chainKey.key === undefined) return record
  let key: Buffer = Buffer.from(chain.chainKey.key, 'base64')
  for (let at = position.counter; at < counter; at += 1) key = step(key)
  const ahead: Chain = { ...chain, chainKey: { counter, key: key.toString('base64') }, messageKeys: {} }
  return {
    ...record,
    _sessions: {
      ...record._sessions,
      [name]: { ...session, _chains: { ...session._chains, [position.chain]: ahead } },
    },
  }
}

const withoutOldChains = (session: Session): Session => {
  const receiving = Object.keys(session._chains).filter((name) => session._chains[name]?.chainType === RECEIVING)
  if (receiving.length <= CHAINS_KEPT) return session
  const dropped = new Set(receiving.slice(0, -CHAINS_KEPT))
  const kept = Object.entries(session._chains).filter(([name]) => !dropped.has(name))
  return { ...session, _chains: Object.fromEntries(kept) }
}

/** The record without receiving chains so old that no message of them can be on its way any more. */
export const trimSession = (record: SessionRecord): SessionRecord => {
  const sessions = Object.entries(record._sessions)
  const trimmed = sessions.map(([name, session]): [string, Session] => [name, withoutOldChains(session)])
  return trimmed.some(([, session], at) => session !== sessions[at]?.[1])
    ? { ...record, _sessions: Object.fromEntries(trimmed) }
    : record
}

/**
 * The record after a message was opened, with every session but the one that opened it as it was before. libsignal tries
 * the sessions in turn, most recently used first, and stores what its failed attempts made of them: a new ratchet that the
 * other side knows nothing of. From then on nobody could read what is sent with such a session.
 */
export const undoFailedAttempts = (before: SessionRecord, after: SessionRecord): SessionRecord => {
  const names = Object.keys(after._sessions).filter((name) => before._sessions[name])
  if (names.length < 2) return after
  const usedOf = (record: SessionRecord, name: string): number => record._sessions[name]?.indexInfo.used ?? 0
  const isChanged = (name: string): boolean =>
    JSON.stringify(before._sessions[name]) !== JSON.stringify(after._sessions[name])
  // Two uses within one millisecond leave the time as it was. Then it is the last one changed, in the order of the attempts.
  const opened =
    names.find((name) => usedOf(before, name) !== usedOf(after, name)) ??
    names.toSorted((a, b) => usedOf(before, b) - usedOf(before, a)).findLast(isChanged)
  const session = opened === undefined ? undefined : after._sessions[opened]
  if (opened === undefined || !session) return after
  return { ...after, _sessions: { ...before._sessions, [opened]: session } }
}

/** Whether the record can send to a device that has this identity key (33 bytes) and registration id. */
export const canSendTo = (record: SessionRecord, identityKey: Uint8Array, registrationId: number): boolean => {
  const session = openSession(record)?.[1]
  return (
    session?.indexInfo.remoteIdentityKey === Buffer.from(identityKey).toString('base64') &&
    session.registrationId === registrationId
  )
}

type StoredBytes = { type: 'Buffer'; data: string | number[] }

type SenderKeyState = {
  senderKeyId: number
  senderChainKey: { iteration: number; seed: StoredBytes }
  senderSigningKey: { public: StoredBytes; private: StoredBytes }
  senderMessageKeys: unknown[]
}

const bytesOf = (value: StoredBytes): Buffer =>
  typeof value.data === 'string' ? Buffer.from(value.data, 'base64') : Buffer.from(value.data)

const isOwn = (state: SenderKeyState): boolean => bytesOf(state.senderSigningKey.private).length > 0

const parseStates = (bytes: Uint8Array): SenderKeyState[] =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as SenderKeyState[]

/** The position of our own sender key of a group; undefined for another member's key. */
export const groupPosition = (bytes: Uint8Array): SendingPosition | undefined => {
  const state = parseStates(bytes).at(-1)
  return state && isOwn(state)
    ? { chain: String(state.senderKeyId), counter: state.senderChainKey.iteration }
    : undefined
}

/**
 * A copy of our own sender key that stands at `iteration`. Message keys of passed iterations are dropped: Baileys keeps up to
 * 2,000 of its own, which nobody can ever ask for.
 */
export const skipGroupAhead = (bytes: Uint8Array, iteration: number): Uint8Array => {
  const states = parseStates(bytes)
  const state = states.at(-1)
  if (!state || !isOwn(state)) return bytes
  let seed: Buffer = bytesOf(state.senderChainKey.seed)
  for (let at = state.senderChainKey.iteration; at < iteration; at += 1) seed = step(seed)
  const chain = {
    iteration: Math.max(iteration, state.senderChainKey.iteration),
    seed: { type: 'Buffer', data: seed.toString('base64') },
  }
  return Buffer.from(
    JSON.stringify([...states.slice(0, -1), { ...state, senderChainKey: chain, senderMessageKeys: [] }]),
  )
}

/** Our own sender key without the message keys it never needs; other members' keys are returned as they are. */
export const trimOwnSenderKey = (bytes: Uint8Array): Uint8Array => {
  const states = parseStates(bytes)
  const state = states.at(-1)
  if (!state || !isOwn(state) || state.senderMessageKeys.length === 0) return bytes
  return skipGroupAhead(bytes, state.senderChainKey.iteration)
}
