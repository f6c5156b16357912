import makeWASocket, {
  type AuthenticationCreds,
  type BinaryNode,
  type GroupMetadata,
  type proto,
  type SignalKeyStore,
  type SocketConfig,
  WA_CERT_DETAILS,
  type WAMessageKey,
  type WASocket,
  type WAVersion,
} from '@whiskeysockets/baileys'
import type { Emulation } from './emulation.ts'
import type { MediaTransport } from './media-transport.ts'
import type { SharedCaches } from './shared-caches.ts'

/** Everything a connection needs; the rest of the runner sees Baileys only through this file and its types. */
type SocketOptions = {
  deviceId: string
  url: string | undefined
  version: WAVersion | undefined
  emulation: Emulation
  creds: AuthenticationCreds
  keys: SignalKeyStore
  logger: SocketConfig['logger']
  caches: SharedCaches
  media: MediaTransport
  makeSignalRepository: SocketConfig['makeSignalRepository']
  getMessage: (key: WAMessageKey) => Promise<proto.IMessage | undefined>
  groupMetadata: (jid: string) => Promise<GroupMetadata | undefined>
  /** Called for every message stanza before Baileys handles it. */
  messageArrived: (node: BinaryNode) => void
}

/** One live connection to WhatsApp. */
export type LiveSocket = WASocket

/**
 * Makes this process trust the given root key in place of WhatsApp's own: for the sandbox network. The handshake reads the
 * exported object each time (seen in Baileys), so one process speaks to one network only.
 */
export const trustRootKey = (rootKey: Buffer | undefined): void => {
  if (rootKey) WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootKey)
}

/** Opens a connection. It reports through its event emitters; it never reconnects by itself. */
export const openSocket = (options: SocketOptions): LiveSocket => {
  const socket = makeWASocket({
    ...options.caches.of(options.deviceId),
    ...(options.url && { waWebSocketUrl: options.url }),
    ...(options.version && { version: options.version }),
    auth: { creds: options.creds, keys: options.keys },
    logger: options.logger,
    ...options.emulation,
    makeSignalRepository: options.makeSignalRepository,
    getMessage: options.getMessage,
    cachedGroupMetadata: options.groupMetadata,
    // The type asks for an HTTPS agent; the WebSocket client takes either, and the sandbox speaks plain HTTP.
    agent: options.media.socketAgent as SocketConfig['agent'],
    fetchAgent: options.media.uploadAgent,
    options: options.media.fetchOptions,
    emitOwnEvents: false,
    syncFullHistory: false,
    markOnlineOnConnect: true,
    defaultQueryTimeoutMs: 30_000,
    // Our key store decides itself when to write and never gives a half-written transaction: nothing is to be repeated.
    transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 100 },
  })
  // The stored message answers retries; a second copy of each message in memory would be 512 messages a device.
  if (socket.messageRetryManager) socket.messageRetryManager.addRecentMessage = () => undefined
  socket.ws.prependListener('CB:message', options.messageArrived)
  return socket
}
