import { type BinaryNode, proto } from '@whiskeysockets/baileys'
import type { Threads } from '#domains/conversations/threads.ts'
import type { Device } from '#domains/devices/model.ts'
import { findMessage } from '#domains/messages/repo.ts'
import type { Context } from '#kit/context.ts'
import type { ReceiveGate } from '../auth/durable-repository.ts'
import { orReduced } from './reduced.ts'
import { readStanza, type Self, type StanzaFacts } from './stanza-facts.ts'
import { type StoredInbound, storeMessage, storeUndecryptable } from './store-message.ts'

type ReceiveOptions = {
  ctx: Context
  threads: Threads
  device: () => Device
  self: () => Self
  /** The other address of a person, from what is known already; no question to WhatsApp. */
  completeAddress: (person: { pn?: string; lid?: string }) => Promise<{ pn?: string; lid?: string }>
  /** Reads of Signal state that failed so far: a decryption that failed for that reason says nothing about the message. */
  failedReads: () => number
  stored: (inbound: StoredInbound) => void
  /** What the account's own phone says to its devices; gives what the client is to see of it. */
  told: (facts: StanzaFacts, message: proto.IMessage) => Promise<proto.IMessage>
  /** The message could not be stored: the connection has to end without a receipt, so that WhatsApp delivers it again. */
  unstorable: (error: unknown) => void
}

/** A plaintext; `isNew` when it was not stored at an earlier delivery. */
type Opened = { plaintext: Uint8Array; isNew: boolean }

/** WhatsApp pads a plaintext with 1 to 16 bytes, each the number of bytes. */
const unpad = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - (bytes.at(-1) ?? 0))
const pad = (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, Buffer.of(1)])

/** The message; undefined when it is no protobuf: Baileys meets the same error and asks the sender to repeat. */
const decodedOf = (plaintext: Uint8Array): proto.IMessage | undefined => {
  try {
    return proto.Message.decode(unpad(plaintext))
  } catch {
    return undefined
  }
}

/**
 * Makes each message durable between its decryption and its receipt. Which stanza a ciphertext came in is remembered by the
 * ciphertext object itself: Baileys hands the very bytes of the stanza to the repository.
 */
export const makeReceiveGate = (options: ReceiveOptions) => {
  const { ctx, threads } = options
  const stanzas = new WeakMap<Uint8Array, BinaryNode>()

  const factsOf = async (node: BinaryNode | undefined): Promise<StanzaFacts | undefined> => {
    const facts = node && readStanza(node.attrs, options.self())
    if (!facts) return undefined
    const person = await options.completeAddress(facts.person)
    return { ...facts, person, address: facts.isGroup ? facts.address : person }
  }

  /** The plaintext of a message that was stored at an earlier delivery; its ratchet key is used up. */
  const answered = async (facts: StanzaFacts): Promise<Uint8Array | undefined> => {
    const device = options.device()
    const jid = facts.address.group ?? facts.address.pn ?? facts.address.lid ?? facts.chat
    const thread = await threads.find(ctx, device.tenantId, device.id, jid)
    if (!thread) return undefined
    const ref = { tenantId: device.tenantId, conversationId: thread.conversationId, messageId: facts.id }
    const message = await findMessage(ctx, ref)
    return message?.proto && pad(message.proto)
  }

  /** Stores a message, or takes what the own phone says; gives the plaintext for the client. */
  const take = async (facts: StanzaFacts, plaintext: Uint8Array): Promise<Uint8Array> => {
    const decoded = decodedOf(plaintext)
    if (!decoded) return plaintext
    if (facts.fromMe && decoded.protocolMessage) {
      const shown = await options.told(facts, decoded)
      if (shown !== decoded) return pad(proto.Message.encode(shown).finish())
    }
    const inbound = await orReduced(options, facts, () => storeMessage(ctx, threads, options.device(), facts, decoded))
    if (inbound) options.stored(inbound)
    return plaintext
  }

  /** The plaintext, or the one stored before. A message that cannot be opened is noted; the client asks the sender to repeat it. */
  const opened = async (facts: StanzaFacts | undefined, decrypt: () => Promise<Uint8Array>): Promise<Opened> => {
    const failedBefore = options.failedReads()
    try {
      return { plaintext: await decrypt(), isNew: true }
    } catch (error) {
      const isOurs = options.failedReads() > failedBefore
      if (isOurs) options.unstorable(error)
      if (!facts || facts.isPeer || isOurs) throw error
      const before = await answered(facts)
      if (before) return { plaintext: before, isNew: false }
      const note = () => storeUndecryptable(ctx, threads, options.device(), facts)
      await orAgain(() => orReduced(options, facts, note))
      throw error
    }
  }

  /** What has to be durable before the client goes on; else the connection ends and all of it comes again. */
  const orAgain = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      options.unstorable(error)
      throw error
    }
  }

  const gate: ReceiveGate = async (ciphertext, decrypt) => {
    const facts = await factsOf(stanzas.get(ciphertext))
    const { plaintext, isNew } = await opened(facts, decrypt)
    return facts && isNew ? orAgain(() => take(facts, plaintext)) : plaintext
  }

  return {
    gate,
    /** To be called with every message stanza before Baileys handles it. */
    arrived: (node: BinaryNode): void => {
      if (!Array.isArray(node.content)) return
      for (const child of node.content) {
        if (child.tag === 'enc' && child.content instanceof Uint8Array) stanzas.set(child.content, node)
      }
    },
  }
}
