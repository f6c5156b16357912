import type { BinaryNode } from '@whiskeysockets/baileys'
import { isRefusedForGood } from '#data/refused.ts'
import type { LiveSocket } from '../connection/socket.ts'
import type { InboundDevice } from './attach.ts'

/** Ends the connection because something could not be stored, so that WhatsApp delivers it again. */
export type Unstorable = (error: unknown) => void

type Work = {
  event: 'CB:message' | 'CB:receipt' | 'CB:notification'
  /** The stanzas that the work is about; all others go to the client at once. */
  concerns: (node: BinaryNode) => boolean
  /** Stores what a stanza says. Rejects when the store stays out of reach. */
  work: (node: BinaryNode) => Promise<void>
  /** Whether one stanza has to be stored before the next is looked at. */
  oneByOne: boolean
  unstorable: Unstorable
}

/**
 * Stores what a stanza says before the client handles it, and acknowledges it thereby. When that fails the client never sees the
 * stanza: the connection ends, and WhatsApp delivers it again. What the table refuses for good would come for ever: it is given up,
 * and the client gets it. The client gets these stanzas in the order they came, so that the acknowledgements keep it too.
 */
export const beforeClient = ({ services, device }: InboundDevice, { ws }: LiveSocket, parts: Work): void => {
  const { event, concerns, work, oneByOne, unstorable } = parts
  const listeners = ws.listeners(event) as ((node: BinaryNode) => void)[]
  const handOn = (node: BinaryNode): void => {
    for (const listener of listeners) listener(node)
  }
  const giveUp = (node: BinaryNode, error: unknown): void => {
    services.metrics.count('StoreFailed')
    const fields = { deviceId: device().id, type: node.attrs.type, error: String(error) }
    services.ctx.log.error(`${node.tag} given up: the store refuses it`, fields)
    handOn(node)
  }
  const failed = (node: BinaryNode, error: unknown): void =>
    isRefusedForGood(error) ? giveUp(node, error) : unstorable(error)
  ws.removeAllListeners(event)
  let turn: Promise<void> = Promise.resolve()
  ws.on(event, (node: BinaryNode) => {
    if (!concerns(node)) return handOn(node)
    const before = turn
    const done = oneByOne ? before.then(() => work(node)) : Promise.resolve().then(() => work(node))
    const outcome = done.then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    turn = Promise.all([before, outcome])
      .then(([, failure]) => (failure ? failed(node, failure.error) : handOn(node)))
      .catch(unstorable)
  })
}
