import { type LinkedDevice, listDevicesOf } from '#domains/contacts/people.ts'
import { type Device, phoneOf } from '#domains/devices/model.ts'
import { commandPort } from '#services'
import { documented } from './_live.ts'

/** The devices of the own account, with the kind of those that told it. `words` is the document's sentence for a failure. */
export const ownDevices = async (device: Device, words: string): Promise<LinkedDevice[]> => {
  const own = `${phoneOf(device)}@s.whatsapp.net`
  const [found] = await documented(words, listDevicesOf(commandPort(), device, [own]))
  return found?.devices ?? []
}
