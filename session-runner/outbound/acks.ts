import type { BinaryNode } from '@whiskeysockets/baileys'

/** What the server said to a sent message: accepted, refused with a code, or nothing in time. */
export type Ack = { kind: 'ok'; atMs: number } | { kind: 'refused'; code: number } | { kind: 'none'; closed: boolean }

type Waiter = (ack: Ack) => void

/**
 * Waits for the server's acknowledgement of sent messages. The client emits nothing for it, so the stanzas themselves are
 * listened to (`<ack id error?>`).
 */
export const makeAcks = () => {
  const waiting = new Map<string, Waiter>()
  return {
    /** To be called before the frame leaves; resolves with the answer, or with `none` after `deadlineMs`. */
    expect: (messageId: string, deadlineMs: number): Promise<Ack> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => done({ kind: 'none', closed: false }), deadlineMs)
        const done: Waiter = (ack) => {
          clearTimeout(timer)
          waiting.delete(messageId)
          resolve(ack)
        }
        waiting.set(messageId, done)
      }),

    /** Gives up waiting, for example when the frame could not be written. */
    cancel: (messageId: string): void => waiting.get(messageId)?.({ kind: 'none', closed: true }),

    /** Handles an ack stanza. */
    received: (node: BinaryNode, nowMs: number): void => {
      const waiter = node.attrs.id === undefined ? undefined : waiting.get(node.attrs.id)
      if (!waiter) return
      const code = node.attrs.error
      waiter(code === undefined ? { kind: 'ok', atMs: nowMs } : { kind: 'refused', code: Number(code) })
    },

    /** The connection ended: nothing that is still open can be answered on it. */
    closed: (): void => {
      for (const waiter of [...waiting.values()]) waiter({ kind: 'none', closed: true })
    },
  }
}

/** Waits for acknowledgements of one device. */
export type Acks = ReturnType<typeof makeAcks>
