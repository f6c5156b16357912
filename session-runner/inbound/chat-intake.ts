import type { ChatMutation, WAPatchName } from '@whiskeysockets/baileys'
import type { ChatChange, Label } from '#domains/chats/model.ts'
import { type ChangeOptions, recordMessageLabel, recordStar } from '#domains/chats/repo.ts'
import { forgetChats, isSynchronised, noteSynchronised } from '#domains/chats/synchronised.ts'
import { markConversationRead } from '#domains/conversations/read.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { announceSynchronised, type Synchronised } from '../sync/announce.ts'
import { oldestFirst, readAppState } from './app-state-snapshot.ts'
import { completeAddress, findThread, type InboundDevice } from './attach.ts'
import { type Mark, readListEntry } from './chat-mutations.ts'
import { bareJid } from './stanza-facts.ts'

/** Collections of app state that hold the chat list, and those that the client reads alone. */
const COLLECTIONS: readonly WAPatchName[] = ['regular_low', 'regular_high', 'regular']
const ADDRESS_BOOK: WAPatchName = 'critical_unblock_low'
const OTHERS: readonly WAPatchName[] = ['critical_block', ADDRESS_BOOK]

/** What the first synchronisation brings is how things stand, not news. */
const QUIET: ChangeOptions = { source: 'phone', announce: false }

/** The JID that a chat is kept by: the phone number's, where the stored mapping knows it. */
export const keptJid = async (auth: InboundDevice['auth'], jid: string): Promise<string> => {
  const bare = bareJid(jid)
  return bare.endsWith('@lid') ? ((await completeAddress(auth)({ lid: bare })).pn ?? bare) : bare
}

/** The steps by which a change of one device's chat list gets into the store. */
const makeSteps = ({ services, device, auth, socket }: InboundDevice) => {
  const { ctx, chats } = services
  const find = findThread({ services, device, auth, socket })

  const refOf = async (jid: string) => {
    const thread = await find(bareJid(jid))
    return thread && { tenantId: device().tenantId, conversationId: thread.conversationId }
  }

  return {
    change: async (jid: string, change: ChatChange, how: ChangeOptions): Promise<void> =>
      chats.change(device(), await keptJid(auth, jid), change, how),

    mark: async (jid: string, messageId: string, mark: Mark, how: ChangeOptions): Promise<void> => {
      const ref = await refOf(jid)
      if (!ref) return
      if ('starred' in mark) await recordStar(ctx, { ...ref, messageId }, mark.starred, how)
      else await recordMessageLabel(ctx, { ...ref, messageId }, mark, how)
    },

    read: async (jid: string, messageIds: string[] | 'all'): Promise<void> => {
      const ref = await refOf(jid)
      if (ref) await markConversationRead(ctx, ref, messageIds, 'phone')
    },
  }
}

type Steps = ReturnType<typeof makeSteps>

/** Writes an entry of app state, which is how things stand and no news. */
const takeEntry = async ({ services, device }: InboundDevice, steps: Steps, mutation: ChatMutation): Promise<void> => {
  const entry = readListEntry(mutation)
  if (entry?.about === 'chat') await steps.change(entry.jid, entry.change, QUIET)
  if (entry?.about === 'message') await steps.mark(entry.jid, entry.messageId, entry.mark, QUIET)
  if (entry?.about === 'label') await services.chats.label(device(), entry, QUIET)
}

/**
 * Writes what app state holds about the chat list, after everything that is under way, and whatever this process remembers to have
 * written before.
 */
export const takeListEntries = async (inbound: InboundDevice, mutations: readonly ChatMutation[]): Promise<void> => {
  const { chats } = inbound.services
  const steps = makeSteps(inbound)
  await chats.inOrder(inbound.device(), async () => chats.begin(inbound.device()))
  for (const mutation of oldestFirst(mutations)) {
    if (readListEntry(mutation)) await chats.inOrder(inbound.device(), () => takeEntry(inbound, steps, mutation))
  }
}

/** The way of one connection's changes of the chat list into the store: one after another, in the order they came. */
export const makeChatIntake = (inbound: InboundDevice, live: LiveSocket) => {
  const { services, device, auth } = inbound
  const { ctx, chats } = services
  const steps = makeSteps(inbound)
  chats.begin(device())

  const queued = (work: () => Promise<unknown>): void => {
    chats.inOrder(device(), work).catch((error: unknown) => {
      ctx.log.warn('change of the chat list failed', { deviceId: device().id, error: String(error) })
    })
  }
  const now = (): ChangeOptions => ({ ...QUIET, announce: (auth.creds.accountSyncCounter ?? 0) > 0 })

  let isSettled = false
  let isBookRead = false

  /** The collections that were read, with their versions: those read here always, others as far as the client has come. */
  const settle = async (): Promise<Synchronised[]> => {
    const names = [...OTHERS, ...COLLECTIONS]
    const known = await live.authState.keys.get('app-state-sync-version', names)
    isBookRead = known[ADDRESS_BOOK] !== undefined
    isSettled = true
    const read = names.filter((name) => known[name] || COLLECTIONS.includes(name))
    return read.map((collection) => ({ collection, version: known[collection]?.version ?? 0 }))
  }

  const readAll = async (): Promise<void> => {
    const { id: deviceId, tenantId } = device()
    if (await isSynchronised(ctx, deviceId)) {
      await settle()
      return
    }
    const { fetchOptions } = await services.transports.of(device())
    const found: ChatMutation[] = []
    for (const name of COLLECTIONS) found.push(...(await readAppState(live, name, fetchOptions)))
    for (const mutation of oldestFirst(found)) await takeEntry(inbound, steps, mutation)
    await noteSynchronised(ctx, { tenantId, deviceId })
    await announceSynchronised(inbound, await settle())
  }

  return {
    change: (jid: string, change: ChatChange): void => {
      const how = now()
      queued(() => steps.change(jid, change, how))
    },
    mark: (jid: string, messageId: string, mark: Mark): void => {
      const how = now()
      queued(() => steps.mark(jid, messageId, mark, how))
    },
    label: (label: Pick<Label, 'labelId'> & Partial<Pick<Label, 'name' | 'color' | 'deleted'>>): void => {
      const how = now()
      queued(() => chats.label(device(), label, how))
    },
    /**
     * Names in the address book. Those that a new login brings are how things stand, and no news; where WhatsApp sends no history
     * they come after everything else, all at once.
     */
    contacts: (contacts: Parameters<typeof services.contacts.save>[2]): void => {
      const { id, tenantId } = device()
      const source = isBookRead ? 'phone' : undefined
      isBookRead ||= isSettled
      services.contacts.save(id, tenantId, contacts, source).catch((error: unknown) => {
        ctx.log.warn('contacts failed', { deviceId: id, error: String(error) })
      })
    },
    read: (jid: string, messageIds: string[] | 'all'): void => queued(() => steps.read(jid, messageIds)),
    merge: (lid: string, pn: string): void =>
      queued(async () => {
        const { tenantId, id: deviceId } = device()
        const person = { lid: bareJid(lid), pn: bareJid(pn) }
        await chats.merge(device(), person.lid, person.pn)
        await services.threads.join(ctx, { tenantId, deviceId }, person)
      }),

    /** A new login begins: what is stored may be another account's. */
    forget: (): void => queued(() => forgetChats(ctx, device().id)),

    /**
     * Reads the whole list once per login. The client announces what the first synchronisation brings only for chats that
     * history has named a moment before (the `conditional` in its updates), so its announcements are not enough.
     */
    synchronise: (): void => queued(readAll),
  }
}

/** The way of one connection's changes of the chat list into the store. */
export type ChatIntake = ReturnType<typeof makeChatIntake>
