import { z } from 'zod'
import { type Device, isOnline, phoneOf } from './model.ts'
import { shownName } from './shown-name.ts'
import { hasLogin, isWanted } from './status.ts'

/** A device as CEOX lists it. `id` and `device_id` are the same number. */
export const shownDevice = z.object({
  id: z.number().int(),
  device_id: z.number().int(),
  name: z.string(),
  phone: z.string().describe('E.164 with +; empty while not paired'),
  wa_jid: z.string(),
  wa_lid: z.string(),
  status: z.enum(['connected', 'connecting', 'pairing', 'disconnected', 'logged_out']),
  paired: z.boolean(),
  reason: z.string(),
  inbox_id: z.number().int().nullable(),
  last_connected_at: z.string().nullable(),
  created_at: z.string(),
})

/** The device's state in CEOX's words. */
const statusWord = (device: Device): z.output<typeof shownDevice>['status'] => {
  if (isOnline(device)) return 'connected'
  if (device.state === 'pairing') return 'pairing'
  if (device.state === 'loggedOut') return 'logged_out'
  return isWanted(device) && device.state !== 'failed' ? 'connecting' : 'disconnected'
}

/** A device as a row of CEOX's list. */
export const showDevice = (device: Device): z.input<typeof shownDevice> => {
  const phone = hasLogin(device) ? phoneOf(device) : undefined
  return {
    id: device.number,
    device_id: device.number,
    name: shownName(device),
    phone: phone ? `+${phone}` : '',
    wa_jid: device.jid ?? '',
    wa_lid: device.lid ?? '',
    status: statusWord(device),
    paired: hasLogin(device),
    reason: device.reason ?? '',
    inbox_id: device.inboxId ?? null,
    last_connected_at: device.lastConnectedAt ?? null,
    created_at: device.createdAt,
  }
}
