import { type ChatMutation, processSyncAction } from '@whiskeysockets/baileys'
import type { InboundDevice } from '../inbound/attach.ts'
import { takeListEntries } from '../inbound/chat-intake.ts'
import { readListEntry } from '../inbound/chat-mutations.ts'

/** Entries that changed since we last looked: they are news, and told as the client tells them. */
export const applyChanges = ({ socket, auth }: InboundDevice, mutations: readonly ChatMutation[]): void => {
  const { ev } = socket() ?? {}
  const { me } = auth.creds
  if (!ev || !me) return
  for (const mutation of mutations) processSyncAction(mutation, ev, me)
}

/**
 * Whole collections: how things stand, and no news. The chat list is written quietly, oldest entry first, so that an old deletion
 * or an old "read" does not undo what came after it. Where only some collections are there (`isPart`) deletions are left out: what
 * came after one may lie in another collection.
 */
export const applyWhole = async (
  inbound: InboundDevice,
  mutations: readonly ChatMutation[],
  { isPart }: { isPart: boolean },
): Promise<void> => {
  const { services, device, auth, socket } = inbound
  const { ev } = socket() ?? {}
  const { me, accountSettings } = auth.creds
  if (!ev || !me) return
  services.contacts.begin(device().id)
  const list: ChatMutation[] = []
  for (const mutation of mutations) {
    const entry = readListEntry(mutation)
    if (!entry) processSyncAction(mutation, ev, me, { accountSettings })
    else if (!(isPart && entry.about === 'chat' && entry.change.kind === 'delete')) list.push(mutation)
  }
  await takeListEntries(inbound, list)
}
