import {
  type BinaryNode,
  type ChatMutation,
  decodeSyncdMutations,
  decodeSyncdPatch,
  downloadExternalPatch,
  extractSyncdPatches,
  type LTHashState,
  newLTHashState,
  proto,
  type WAPatchName,
} from '@whiskeysockets/baileys'
import { childrenOf, queryWhatsApp } from '../commands/whatsapp-query.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { snapshotMac } from './mutation-keys.ts'

type KeyData = proto.Message.IAppStateSyncKeyData
type Options = Parameters<typeof extractSyncdPatches>[1]
type Entries = Map<string, ChatMutation>
type Open = {
  name: WAPatchName
  keyOf: (id: string) => Promise<KeyData | undefined>
  options: Options
  entries: Entries
}

const { REMOVE } = proto.SyncdMutation.SyncdOperation

/** A collection as WhatsApp has it: the state to go on from, and its entries (those that changed, when it was not read whole). */
export type Collection = { state: LTHashState; mutations: ChatMutation[] }

/** Entries read at once at most: WhatsApp says that there are more, and one that never ends is a fault. */
const ROUNDS = 1000

/**
 * Reads what WhatsApp has in a collection beyond `from` (version 0: everything), and checks every MAC. The client's own way takes
 * a refusal or a broken entry for a success and goes on with what it could read (seen in Baileys' `resyncAppState`), which is
 * nothing to promise anybody. `remainingMs` is how long WhatsApp has for its next answer. Throws with a reason in words.
 */
export const readCollection = async (
  socket: LiveSocket,
  name: WAPatchName,
  from: LTHashState,
  { options, remainingMs }: { options: Options; remainingMs: () => number },
): Promise<Collection> => {
  const keyOf = async (id: string): Promise<KeyData | undefined> =>
    (await socket.authState.keys.get('app-state-sync-key', [id]))[id]
  const open: Open = { name, keyOf, options, entries: new Map() }
  let state = from
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await queryWhatsApp(socket, { ...question(name, state.version), waitMs: remainingMs() })
    throwRefusal(answer, name)
    const part = (await extractSyncdPatches(answer, options))[name]
    if (!part) throw new Error('WhatsApp left the collection out of its answer')
    if (part.snapshot) state = await openSnapshot(open, part.snapshot)
    for (const patch of part.patches) state = await openPatch(open, state, patch)
    if (!part.hasMorePatches) return { state, mutations: [...open.entries.values()] }
  }
  throw new Error('the collection has no end')
}

const question = (name: string, version: number) => ({
  xmlns: 'w:sync:app:state',
  type: 'set' as const,
  content: [
    {
      tag: 'sync',
      attrs: {},
      content: [
        {
          tag: 'collection',
          attrs: { name, version: String(version), return_snapshot: String(version === 0) },
        },
      ],
    },
  ],
})

/** A collection of type `error` is refused, with a code (seen in whatsmeow's `SendAppState`). */
const throwRefusal = (answer: BinaryNode, name: string): void => {
  const found = childrenOf(childrenOf(answer, 'sync')[0], 'collection').find(({ attrs }) => attrs.name === name)
  if (found?.attrs.type !== 'error') return
  const { code, text } = childrenOf(found, 'error')[0]?.attrs ?? {}
  throw new Error(`WhatsApp refused the collection with ${[code, text].filter(Boolean).join(' ') || 'an error'}`)
}

const openSnapshot = async (open: Open, snapshot: proto.ISyncdSnapshot): Promise<LTHashState> => {
  const records = snapshot.records ?? []
  const state = { ...newLTHashState(), version: Number(snapshot.version?.version ?? 0) }
  const found: ChatMutation[] = []
  const next = await decodeSyncdMutations(records, state, open.keyOf, (mutation) => found.push(mutation), true)
  throwMissing(records.length, found.length)
  open.entries.clear()
  for (const mutation of found) open.entries.set(nameOf(mutation), mutation)
  return checked(open, { ...state, ...next }, snapshot.keyId?.id, snapshot.mac)
}

const openPatch = async (open: Open, before: LTHashState, patch: proto.ISyncdPatch): Promise<LTHashState> => {
  const outside = patch.externalMutations
    ? await downloadExternalPatch(patch.externalMutations, open.options)
    : undefined
  const mutations = [...(patch.mutations ?? []), ...(outside?.mutations ?? [])]
  const state = { ...before, version: Number(patch.version?.version ?? before.version + 1) }
  const found: ChatMutation[] = []
  const note = (mutation: ChatMutation) => found.push(mutation)
  const next = await decodeSyncdPatch({ ...patch, mutations }, open.name, state, open.keyOf, note, true)
  throwMissing(mutations.length, found.length)
  for (const [at, mutation] of found.entries()) {
    if (mutations[at]?.operation === REMOVE) open.entries.delete(nameOf(mutation))
    else open.entries.set(nameOf(mutation), mutation)
  }
  return checked(open, { ...state, ...next }, patch.keyId?.id, patch.snapshotMac)
}

const nameOf = ({ index }: ChatMutation): string => index.join('\n')

/** An entry that cannot be opened is left out by the decoder without a word. */
const throwMissing = (all: number, opened: number): void => {
  if (opened !== all) throw new Error(`${all - opened} of ${all} entries cannot be opened`)
}

const checked = async (
  { name, keyOf }: Open,
  state: LTHashState,
  keyId: Uint8Array | null | undefined,
  mac: Uint8Array | null | undefined,
): Promise<LTHashState> => {
  const key = await keyOf(Buffer.from(keyId ?? []).toString('base64'))
  if (!key?.keyData) throw new Error('the phone has not shared the key of the collection')
  if (!snapshotMac(key.keyData, state, name).equals(Buffer.from(mac ?? []))) {
    throw new Error('the entries do not add up to what the phone has')
  }
  return state
}
