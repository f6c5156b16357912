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
