import { userOf } from '#domains/contacts/model.ts'
import type { AuthState } from '../auth/auth-state.ts'

/** Completes a person's addresses from the stored LID mapping, without asking WhatsApp. */
export const completeAddress =
  (auth: AuthState) =>
  async (person: { pn?: string; lid?: string }): Promise<{ pn?: string; lid?: string }> => {
    if (!person.pn === !person.lid) return person
    const wanted = person.pn ? userOf(person.pn) : `${userOf(person.lid ?? '')}_reverse`
    const found = (await auth.keys.get('lid-mapping', [wanted]))[wanted]
    if (!found) return person
    return person.pn ? { pn: person.pn, lid: `${found}@lid` } : { pn: `${found}@s.whatsapp.net`, lid: person.lid }
  }

/** A person as events name him: the address WhatsApp used, and phone number and LID as far as known. */
export type NamedPerson = { jid: string; phone?: string; lid?: string }

/** Names a person, a group or a channel for an event: of a person both addresses, as far as the stored mapping knows them. */
export const namedIn =
  (auth: AuthState) =>
  async (jid: string): Promise<NamedPerson> => {
    const isPerson = jid.endsWith('@lid') || jid.endsWith('@s.whatsapp.net')
    const known = isPerson ? await completeAddress(auth)(jid.endsWith('@lid') ? { lid: jid } : { pn: jid }) : {}
    return { jid, phone: known.pn && userOf(known.pn), lid: known.lid && userOf(known.lid) }
  }
