import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { operation as listConnections } from '#functions/api/connection/list-connections.ts'
import type { operation as readQr } from '#functions/api/connection/read-qr.ts'
import type { operation as createPhone } from '#functions/api/sandbox/create-phone.ts'
import type { operation as linkPhone } from '#functions/api/sandbox/link-phone.ts'
import type { operation as listPhoneMessages } from '#functions/api/sandbox/list-phone-messages.ts'
import type { operation as listPhones } from '#functions/api/sandbox/list-phones.ts'
import type { operation as readPhoneMessages } from '#functions/api/sandbox/read-phone-messages.ts'
import type { operation as sendPhoneMessage } from '#functions/api/sandbox/send-phone-message.ts'
import type { operation as unlinkPhone } from '#functions/api/sandbox/unlink-phone.ts'
import type { operation as updatePhone } from '#functions/api/sandbox/update-phone.ts'
import { type AnswerOf, endpoint } from '../../lib/api.ts'

const listPhonesCall = endpoint<typeof listPhones>('own GET /api/v1/sandbox/phones')
const listMessagesCall = endpoint<typeof listPhoneMessages>('own GET /api/v1/sandbox/phones/{phone}/messages')
const listConnectionsCall = endpoint<typeof listConnections>('own GET /api/v1/wa-connections')
const readQrCall = endpoint<typeof readQr>('own GET /api/v1/wa-connections/{id}/qr')
const linkCall = endpoint<typeof linkPhone>('own POST /api/v1/sandbox/phones/{phone}/link')

/** Makes a simulated phone. */
export const makePhone = endpoint<typeof createPhone>('own POST /api/v1/sandbox/phones')
/** Renames a phone, or switches it off and on. */
export const changePhone = endpoint<typeof updatePhone>('own PATCH /api/v1/sandbox/phones/{phone}')
/** Logs a companion out from a phone. */
export const unlink = endpoint<typeof unlinkPhone>('own POST /api/v1/sandbox/phones/{phone}/unlink')
/** Writes a message on a phone. */
export const sendAsPhone = endpoint<typeof sendPhoneMessage>('own POST /api/v1/sandbox/phones/{phone}/messages')
/** Reads messages on a phone. */
export const readOnPhone = endpoint<typeof readPhoneMessages>('own POST /api/v1/sandbox/phones/{phone}/read')

/** A simulated phone. */
export type Phone = AnswerOf<typeof listPhones>[number]
/** The kinds of media a phone shows. */
type MediaFacts = { mimetype?: string; fileName?: string; size?: number; ptt?: boolean }
/** A message as a phone shows it. */
export type PhoneMessage = AnswerOf<typeof listPhoneMessages>[number] & {
  text?: string
  caption?: string
  media?: MediaFacts
  reaction?: string
  revoked?: boolean
  edited?: boolean
  times?: number
  quotedText?: string
  pushName?: string
  location?: { latitude: number; longitude: number; name?: string }
  poll?: { name?: string; options?: string[] }
}

/** The network tells no browser when something happens on a phone, so what is open is asked for. */
const LOOK_EVERY_MS = 1500

/** The simulated phones. */
export const usePhones = (): UseQueryResult<Phone[]> =>
  useQuery({ queryKey: ['phones'], queryFn: ({ signal }) => listPhonesCall({ signal }), refetchInterval: 4000 })

/** What a phone shows, oldest first. */
export const usePhoneMessages = (phone: string): UseQueryResult<PhoneMessage[]> =>
  useQuery({
    queryKey: ['phones', phone, 'messages'],
    queryFn: async ({ signal }) => (await listMessagesCall({ params: { phone }, query: {}, signal })) as PhoneMessage[],
    refetchInterval: LOOK_EVERY_MS,
  })

/** Connections that wait for a phone. */
export const useWaitingConnections = () =>
  useQuery({
    queryKey: ['connections', 'waiting'],
    queryFn: async ({ signal }) =>
      (await listConnectionsCall({ query: {}, signal })).filter(
        ({ desired, paired }) => desired === 'online' && !paired,
      ),
    refetchInterval: LOOK_EVERY_MS,
  })

/** Scans the QR code that a connection shows now. Rejects with an ApiError. */
export const scanConnection = async (phone: string, id: number): Promise<void> => {
  const { qr } = await readQrCall({ params: { id: String(id) } })
  if (qr !== null) await linkCall({ params: { phone }, body: { qr } })
}

/** Enters the pairing code that a connection asked for. Rejects with an ApiError. */
export const enterCode = (phone: string, code: string): Promise<unknown> =>
  linkCall({ params: { phone }, body: { code } })
