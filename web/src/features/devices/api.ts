import { queryOptions, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import type { deviceConnected, deviceQr } from '#domains/devices/events.ts'
import type { operation as closeConnection } from '#functions/api/connection/close-connection.ts'
import type { operation as createConnection } from '#functions/api/connection/create-connection.ts'
import type { operation as listConnections } from '#functions/api/connection/list-connections.ts'
import type { operation as listContacts } from '#functions/api/connection/list-contacts.ts'
import type { operation as listDeliveries } from '#functions/api/connection/list-deliveries.ts'
import type { operation as listGroups } from '#functions/api/connection/list-groups.ts'
import type { operation as logOutConnection } from '#functions/api/connection/log-out.ts'
import type { operation as makePairCode } from '#functions/api/connection/make-pair-code.ts'
import type { operation as openConnection } from '#functions/api/connection/open-connection.ts'
import type { operation as readConnection } from '#functions/api/connection/read-connection.ts'
import type { operation as readQr } from '#functions/api/connection/read-qr.ts'
import type { operation as repeatDelivery } from '#functions/api/connection/repeat-delivery.ts'
import type { operation as revealToken } from '#functions/api/connection/reveal-token.ts'
import type { operation as setWebhook } from '#functions/api/connection/set-webhook.ts'
import type { operation as updateConnection } from '#functions/api/connection/update-connection.ts'
import type { operation as sendMessage } from '#functions/api/workspace/send-message.ts'
import { type AnswerOf, endpoint } from '../../lib/api.ts'
import { ApiError } from '../../lib/api-error.ts'
import { useRealtimeEvent } from '../../lib/use-event.ts'
import { leaving } from './leaving.ts'
import { isUnsettled } from './state.ts'

const listCall = endpoint<typeof listConnections>('own GET /api/v1/wa-connections')
const readCall = endpoint<typeof readConnection>('own GET /api/v1/wa-connections/{id}')
const qrCall = endpoint<typeof readQr>('own GET /api/v1/wa-connections/{id}/qr')
const contactsCall = endpoint<typeof listContacts>('own GET /api/v1/wa-connections/{id}/contacts')
const groupsCall = endpoint<typeof listGroups>('own GET /api/v1/wa-connections/{id}/groups')
const deliveriesCall = endpoint<typeof listDeliveries>('own GET /api/v1/wa-connections/{id}/deliveries')

/** Makes a device with its token. */
export const createDevice = endpoint<typeof createConnection>('own POST /api/v1/wa-connections')
/** Renames a device or moves it to another workspace. */
export const updateDevice = endpoint<typeof updateConnection>('own PATCH /api/v1/wa-connections/{id}')
/** Connects a device, or begins to pair it. */
export const connectDevice = endpoint<typeof openConnection>('own POST /api/v1/wa-connections/{id}/connect')
/** Closes the connection and keeps the login. */
export const disconnectDevice = endpoint<typeof closeConnection>('own POST /api/v1/wa-connections/{id}/disconnect')
/** Ends the login at WhatsApp and here. */
export const logOutDevice = endpoint<typeof logOutConnection>('own POST /api/v1/wa-connections/{id}/logout')
/** Asks for a code to type on the phone. */
export const getPairCode = endpoint<typeof makePairCode>('own POST /api/v1/wa-connections/{id}/pair-code')
/** The device token in clear. */
export const readToken = endpoint<typeof revealToken>('own GET /api/v1/wa-connections/{id}/token')
/** Sets or removes the webhook of a device. */
export const saveWebhook = endpoint<typeof setWebhook>('own PUT /api/v1/wa-connections/{id}/webhook')
/** Sends a failed delivery again. */
export const repeatFailed = endpoint<typeof repeatDelivery>(
  'own POST /api/v1/wa-connections/{id}/deliveries/{eventId}/repeat',
)
/** Sends a message from a device. */
export const sendText = endpoint<typeof sendMessage>('ceox POST /api/v1/messages/send')

/** A device as the list shows it. */
export type DeviceRow = AnswerOf<typeof listConnections>[number]
/** A device with what led to its state. */
export type DeviceDetail = AnswerOf<typeof readConnection>
/** One entry of a device's address book. */
export type DeviceContact = AnswerOf<typeof listContacts>[number]
/** A group that a device is in. */
export type DeviceGroup = AnswerOf<typeof listGroups>[number]
/** A webhook delivery that did not succeed at once. */
export type Delivery = AnswerOf<typeof listDeliveries>[number]

/** Milliseconds after which a device that is on its way is looked at again: some steps in between raise no event. */
const LOOK_AGAIN_MS = 5000

/** Query keys of devices. */
export const keys = {
  all: ['connections'] as const,
  list: ['connections', 'list'] as const,
  one: (id: number) => ['connections', 'one', id] as const,
  qr: (id: number) => ['connections', 'qr', id] as const,
}

/** The devices that the user may see, by name. */
export const useDevices = (): UseQueryResult<DeviceRow[]> =>
  useQuery({
    queryKey: keys.list,
    queryFn: async ({ signal }) =>
      (await listCall({ query: {}, signal })).toSorted((a, b) => a.name.localeCompare(b.name) || a.id - b.id),
    refetchInterval: ({ state: { data } }) => (data?.some(isUnsettled) ? LOOK_AGAIN_MS : false),
  })

/** One device with its last transitions. */
export const useDevice = (id: number): UseQueryResult<DeviceDetail> =>
  useQuery({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => readCall({ params: { id: String(id) }, signal }),
    enabled: () => !leaving.has(id),
    refetchInterval: ({ state: { data } }) => (data && isUnsettled(data) ? LOOK_AGAIN_MS : false),
  })

/** A QR code as it is shown. `endsMs` is in the browser's own time, whatever its clock says. */
export type QrCode = { image: string; endsMs: number }

const qrOptions = (id: number) =>
  queryOptions({
    queryKey: keys.qr(id),
    queryFn: async ({ signal }): Promise<QrCode | null> => {
      let aheadMs = 0
      const onHeaders = (headers: Headers) => {
        const there = Date.parse(headers.get('Date') ?? '')
        if (Number.isFinite(there)) aheadMs = Date.now() - there
      }
      const { image, expiresAt } = await qrCall({ params: { id: String(id) }, signal, onHeaders })
      return image === null ? null : { image, endsMs: Date.parse(expiresAt ?? '') + aheadMs }
    },
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })

/** The QR code to scan now, while the device offers one; read again at each new one, and when the shown one has ended. */
export const useQr = (id: number, isOffered: boolean): UseQueryResult<QrCode | null> =>
  useQuery({
    ...qrOptions(id),
    enabled: isOffered,
    refetchInterval: ({ state: { data, error } }) => {
      if (error) return error instanceof ApiError && error.code !== 'no_session' ? 3000 : LOOK_AGAIN_MS
      return data ? Math.max(1000, data.endsMs - Date.now() + 500) : false
    },
  })

/** The address book of a device. */
export const useContacts = (id: number): UseQueryResult<DeviceContact[]> =>
  useQuery({
    queryKey: ['connection-contacts', id],
    queryFn: ({ signal }) => contactsCall({ params: { id: String(id) }, signal }),
  })

/** The groups of a device, asked from WhatsApp. */
export const useGroups = (id: number, isConnected: boolean): UseQueryResult<DeviceGroup[]> =>
  useQuery({
    queryKey: ['connection-groups', id],
    queryFn: ({ signal }) => groupsCall({ params: { id: String(id) }, signal }),
    enabled: isConnected,
  })

/** Key of the failed deliveries of a device. */
export const deliveriesKey = (id: number) => ['connection-deliveries', id] as const

/** Webhook deliveries of a device that did not succeed at once. */
export const useDeliveries = (id: number): UseQueryResult<Delivery[]> =>
  useQuery({
    queryKey: deliveriesKey(id),
    queryFn: ({ signal }) => deliveriesCall({ params: { id: String(id) }, signal }),
    refetchInterval: 30_000,
  })

const CHANGES = [
  'device.created',
  'device.paired',
  'device.connected',
  'device.disconnected',
  'device.connect_failed',
  'device.replaced',
  'device.outdated',
  'device.logged_out',
  'device.restricted',
  'device.deleted',
  'device.pair_failed',
]

/** Keeps what is shown of devices right while the component is shown: whatever an event names is read again. */
export const useLiveDevices = (): void => {
  const client = useQueryClient()
  useRealtimeEvent<typeof deviceConnected>(CHANGES, ({ data }) => {
    void client.invalidateQueries({ queryKey: keys.list })
    void client.invalidateQueries({ queryKey: keys.one(data.number) })
  })
  useRealtimeEvent<typeof deviceQr>('device.qr', ({ data }) => {
    void client.invalidateQueries({ queryKey: keys.qr(data.number) })
    // Only the first code of a connection changes the state.
    if (client.getQueryData<DeviceDetail>(keys.one(data.number))?.state === 'pairing') return
    void client.invalidateQueries({ queryKey: keys.list })
    void client.invalidateQueries({ queryKey: keys.one(data.number) })
  })
}

/** Puts the answer of a change into what is shown. */
export const useKeep = (): ((device: DeviceDetail) => void) => {
  const client = useQueryClient()
  return (device) => {
    client.setQueryData(keys.one(device.id), device)
    void client.invalidateQueries({ queryKey: keys.list })
  }
}
