import type { Handlers } from '../handler.ts'
import { contactsRemove, contactsSave } from './address-book.ts'

/** Handlers of work on the address book. */
export const contactHandlers: Handlers<'contacts'> = {
  'contacts.save': contactsSave,
  'contacts.remove': contactsRemove,
}
