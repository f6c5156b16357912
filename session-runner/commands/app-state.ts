import type { BinaryNode, WAPatchCreate } from '@whiskeysockets/baileys'
import { delay } from '#kit/clock.ts'
import { fail } from '#kit/errors.ts'
import type { LiveSocket } from '../connection/socket.ts'

const CONFLICT = 409
const TRIES = 3
const KEY_WAIT_MS = 10_000
const KEY_LOOK_MS = 50

const childrenOf = (node: BinaryNode | undefined, tag: string): BinaryNode[] =>
  Array.isArray(node?.content) ? node.content.filter((child) => child.tag === tag) : []

/** The code with which an answer refuses a collection; undefined when it does not. */
const refusalIn = (answer: BinaryNode, name: string): number | undefined => {
  const collections = childrenOf(childrenOf(answer, 'sync')[0], 'collection')
  const refused = collections.find(({ attrs }) => attrs.name === name && attrs.type === 'error')
  return refused && Number(childrenOf(refused, 'error')[0]?.attrs.code ?? 500)
}

/**
 * Applies a change of app state: it is encrypted, put on top of what WhatsApp has, and this resolves when WhatsApp has taken it.
 * The client takes every answer for a success, also one that refuses the patch (seen in Baileys' `appPatch`; the refusal
 * is a collection of type `error`, 409 when another device was quicker: seen in whatsmeow's `SendAppState`). So the answers are
 * looked at here, and after a refusal the client's copy of the collection is set back to where it agreed with WhatsApp's.
 * Throws `try_again` while the phone has shared no key, and `upstream_error` for a patch that WhatsApp does not take.
 */
export const applyPatch = async (socket: LiveSocket, patch: WAPatchCreate): Promise<void> => {
  const { keys } = socket.authState
  await untilKeyed(socket)
  const name = patch.type
  for (let attempt = 1; ; attempt += 1) {
    const { [name]: agreed } = await keys.get('app-state-sync-version', [name])
    // What the store gave may be the very object that the client goes on to change.
    const before = agreed ? { ...agreed, indexValueMap: { ...agreed.indexValueMap } } : null
    const refused = await sendPatch(socket, patch)
    if (refused === undefined) break
    await keys.set({ 'app-state-sync-version': { [name]: before } })
    if (refused !== CONFLICT || attempt >= TRIES) {
      throw fail('upstream_error', { message: `WhatsApp refused the change with ${refused}.` })
    }
  }
  // What came from other devices on the way is announced first: it is older than this change.
  socket.ev.flush()
}

/** Right after pairing the phone has to share its key first; it does so by itself. */
const untilKeyed = async (socket: LiveSocket): Promise<void> => {
  const { creds } = socket.authState
  for (let waited = 0; !creds.myAppStateKeyId; waited += KEY_LOOK_MS) {
    if (waited >= KEY_WAIT_MS) {
      throw fail('try_again', { message: 'The phone has not shared the key of its chat list yet. Try again.' })
    }
    await delay(KEY_LOOK_MS)
  }
}

const sendPatch = async (socket: LiveSocket, patch: WAPatchCreate): Promise<number | undefined> => {
  let refused: number | undefined
  const look = (answer: BinaryNode): void => {
    refused ??= refusalIn(answer, patch.type)
  }
  socket.ws.on('CB:iq', look)
  try {
    await socket.appPatch(patch)
  } finally {
    socket.ws.off('CB:iq', look)
  }
  return refused
}
