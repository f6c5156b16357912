import { proto, type WAPatchCreate } from '@whiskeysockets/baileys'
import { completeAddress } from '../../inbound/attach.ts'
import { applyPatch } from '../app-state.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'

const { SET, REMOVE } = proto.SyncdMutation.SyncdOperation

/** The entry of a contact in app state (collection, index and version as in Baileys' `addOrEditContact`). */
const contactPatch = (jid: string, contactAction: proto.SyncActionValue.IContactAction | undefined): WAPatchCreate => ({
  type: 'critical_unblock_low',
  index: ['contact', jid],
  syncAction: { contactAction: contactAction ?? {}, timestamp: Date.now() },
  apiVersion: 2,
  operation: contactAction ? SET : REMOVE,
})

/** Adds a contact to the address book of the account and its phone, or gives it another name. */
export const contactsSave: CommandHandler<'contacts.save'> = async (services, session, { jid, fullName }) => {
  const { socket, auth } = await requireConnection(session)
  const { lid } = await completeAddress(auth)({ pn: jid })
  const [firstName] = fullName.split(/\s+/)
  const entry = { fullName, firstName, ...(lid && { lidJid: lid }), saveOnPrimaryAddressbook: true }
  await applyPatch(socket, contactPatch(jid, entry))
  const { id, tenantId } = session.device()
  await services.contacts.save(id, tenantId, [{ id: jid, name: fullName, lid, phoneNumber: jid }], 'api')
  return { jid, lid }
}

/** Takes a contact out of the address book. What WhatsApp itself says about the person, such as the name they chose, stays known. */
export const contactsRemove: CommandHandler<'contacts.remove'> = async (services, session, { jid }) => {
  const { socket, auth } = await requireConnection(session)
  await applyPatch(socket, contactPatch(jid, undefined))
  const { lid } = await completeAddress(auth)({ pn: jid })
  for (const address of lid ? [jid, lid] : [jid]) await services.contacts.removeName(session.device().id, address)
  return { jid }
}
