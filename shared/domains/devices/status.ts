import { type Device, isLoggedIn, isOnline } from './model.ts'

/** How DIGIGO clients see a connection. */
export type ConnectionHealth = 'connected' | 'connected_not_logged' | 'disconnected' | 'no_client'

/** Whether the device has a login that works: one that waits for a phone again has not. */
export const hasLogin = (device: Pick<Device, 'jid' | 'state'>): boolean =>
  isLoggedIn(device) && device.state !== 'pairing'

/** Whether a connection to WhatsApp stands, logged in or waiting for a phone. */
export const isConnected = (device: Pick<Device, 'state'>): boolean => isOnline(device) || device.state === 'pairing'

/** Whether anybody wants this device connected at all. */
export const isWanted = (device: Pick<Device, 'desired'>): boolean => device.desired === 'online'

/** The four words that DIGIGO knows for the state of a connection. */
export const healthOf = (device: Pick<Device, 'state' | 'desired' | 'jid'>): ConnectionHealth => {
  if (isOnline(device)) return 'connected'
  if (device.state === 'pairing') return 'connected_not_logged'
  return isWanted(device) ? 'disconnected' : 'no_client'
}

/** Unix seconds of an RFC 3339 time; 0 for none. */
export const unixSeconds = (time: string | undefined): number => (time ? Math.floor(Date.parse(time) / 1000) : 0)
