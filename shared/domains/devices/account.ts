import { z } from 'zod'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { Device } from './model.ts'

/** The text about the account. Throws what `ask` does, as all here. */
export const readAbout = async (port: CommandPort, device: Device): Promise<string> =>
  z.object({ about: z.string() }).parse(await ask(port, device, { type: 'account.about' })).about

/** Changes the text about the account. */
export const setAbout = async (port: CommandPort, device: Device, about: string): Promise<void> => {
  await ask(port, device, { type: 'account.set-about', about })
}

/** Changes the name that others see. */
export const setPushName = async (port: CommandPort, device: Device, name: string): Promise<void> => {
  await ask(port, device, { type: 'account.set-name', name })
}

/** Sets the account's picture to a JPEG in the media bucket; gives the id that WhatsApp gave it. */
export const setOwnPicture = async (port: CommandPort, device: Device, key: string): Promise<string | undefined> =>
  z.object({ id: z.string().optional() }).parse(await ask(port, device, { type: 'account.set-picture', key })).id

/** Takes the account's picture away. */
export const removeOwnPicture = async (port: CommandPort, device: Device): Promise<void> => {
  await ask(port, device, { type: 'account.set-picture' })
}

/** Shows the account as available or away. */
export const setPresence = async (port: CommandPort, device: Device, available: boolean): Promise<void> => {
  await ask(port, device, { type: 'account.presence', available })
}

/** Adds a contact to the address book, or gives it another name. */
export const saveContact = async (port: CommandPort, device: Device, jid: string, fullName: string): Promise<void> => {
  await ask(port, device, { type: 'contacts.save', jid, fullName })
}

/** Takes a contact out of the address book. */
export const removeContact = async (port: CommandPort, device: Device, jid: string): Promise<void> => {
  await ask(port, device, { type: 'contacts.remove', jid })
}
