import type { Readable } from 'node:stream'
import { type Dispatcher, request } from 'undici'

/** Where a file lies, as a message names it. */
type FilePlace = { url?: string; directPath?: string }

const DEFAULT_HOST = 'mmg.whatsapp.net'

/** WhatsApp does not hold the file, or the message names a place that is none of WhatsApp's. */
export class Gone extends Error {
  override readonly name = 'Gone'
}

/** Whether files are fetched from this host. */
export type IsMediaHost = (hostname: string) => boolean

/** The hosts of WhatsApp's media: its own names and those of Meta's distribution network. */
export const isWhatsAppMediaHost: IsMediaHost = (hostname) => /\.(whatsapp\.net|fbcdn\.net)$/.test(hostname)

/**
 * Where the file lies. The sender writes the address into the message: a host that is none of WhatsApp's is never asked, or
 * anybody could make this process, inside the network of the installation, ask for what they like. Throws `Gone`.
 */
export const addressOf = ({ url, directPath }: FilePlace, isMediaHost: IsMediaHost): string => {
  const named = url !== undefined && URL.canParse(url) ? new URL(url) : undefined
  const given = named && isMediaHost(named.hostname) ? named : undefined
  const address = directPath ? new URL(directPath, given ? `https://${given.host}` : `https://${DEFAULT_HOST}`) : given
  if (!address) throw new Gone('the message names no place of its media')
  if (!isMediaHost(address.hostname)) throw new Gone('the message names a place that is none of WhatsApp')
  return address.href
}

/** How long a host may say nothing, in milliseconds. */
const SILENCE_MS = 60_000

/**
 * Begins to fetch a file, as it lies there: encrypted. `signal` ends it. Throws `Gone` when the host does not hold it (any more).
 */
export const fetchFile = async (
  place: FilePlace,
  isMediaHost: IsMediaHost,
  dispatcher: Dispatcher | undefined,
  signal?: AbortSignal,
): Promise<Readable> => {
  const answer = await request(addressOf(place, isMediaHost), {
    dispatcher,
    signal,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    headers: { origin: 'https://web.whatsapp.com' },
  })
  if (answer.statusCode < 300) return answer.body
  await answer.body.dump()
  if ([403, 404, 410].includes(answer.statusCode)) throw new Gone(`the media host answered ${answer.statusCode}`)
  throw new Error(`the media host answered ${answer.statusCode}`)
}
