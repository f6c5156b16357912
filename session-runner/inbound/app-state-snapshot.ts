import {
  type ChatMutation,
  decodePatches,
  decodeSyncdSnapshot,
  extractSyncdPatches,
  newLTHashState,
  type WAPatchName,
} from '@whiskeysockets/baileys'
import type { LiveSocket } from '../connection/socket.ts'

type Options = Parameters<typeof extractSyncdPatches>[1]

/**
 * Everything a collection of app state holds at this moment, the last change of each entry. It is read from the
 * beginning and leaves the client's own copy alone. `options` are those of the device's media transport: what is large
 * lies on the media hosts. Throws when a key is missing or WhatsApp refuses.
 */
export const readAppState = async (
  socket: LiveSocket,
  name: WAPatchName,
  options: Options,
): Promise<ChatMutation[]> => {
  const keyOf = async (id: string) => (await socket.authState.keys.get('app-state-sync-key', [id]))[id]
  const found: Record<string, ChatMutation> = {}
  let state = newLTHashState()
  for (;;) {
    const answer = await socket.query({
      tag: 'iq',
      attrs: { to: '@s.whatsapp.net', type: 'set', xmlns: 'w:sync:app:state' },
      content: [{ tag: 'sync', attrs: {}, content: [{ tag: 'collection', attrs: askedFor(name, state.version) }] }],
    })
    const part = (await extractSyncdPatches(answer, options))[name]
    const { version } = state
    if (part?.snapshot) {
      const decoded = await decodeSyncdSnapshot(name, part.snapshot, keyOf, undefined)
      Object.assign(found, decoded.mutationMap)
      state = decoded.state
    }
    if (part && part.patches.length > 0) {
      const decoded = await decodePatches(name, part.patches, state, keyOf, options ?? {}, undefined)
      Object.assign(found, decoded.mutationMap)
      state = decoded.state
    }
    if (!part?.hasMorePatches || state.version === version) break
  }
  return Object.values(found)
}

const timeOf = ({ syncAction }: ChatMutation): number => Number(syncAction.value?.timestamp ?? 0)

/** The entries in the order they were made, whatever collections they lie in: a deletion takes away what was before it only. */
export const oldestFirst = (mutations: readonly ChatMutation[]): ChatMutation[] =>
  [...mutations].sort((left, right) => timeOf(left) - timeOf(right))

const askedFor = (name: string, version: number): Record<string, string> => ({
  name,
  version: String(version),
  return_snapshot: String(version === 0),
})
