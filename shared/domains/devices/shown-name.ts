import type { Device } from './model.ts'

/** The name of a device whose maker chose none. */
export const UNNAMED = 'WhatsApp'

/** What people are shown as a device's name: the one that was chosen, else what the account calls itself once it is paired. */
export const shownName = ({ name, pushName }: Pick<Device, 'name' | 'pushName'>): string =>
  name === UNNAMED ? pushName || name : name
