import { Agent as HttpsAgent } from 'node:https'
import { connect } from 'node:net'
import {
  type AuthenticationState,
  initAuthCreds,
  makeCacheableSignalKeyStore,
  makeWASocket,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  WA_CERT_DETAILS,
  type WASocket,
} from '@whiskeysockets/baileys'
import { phoneDriver } from '#test/harness/phone.ts'

type Quiet = { level: string; child: () => Quiet } & Record<'trace' | 'debug' | 'info' | 'warn' | 'error', () => void>

const silent: Quiet = {
  level: 'silent',
  child: () => silent,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}

const memoryKeys = (): SignalKeyStore => {
  const values = new Map<string, unknown>()
  return {
    get: async <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) =>
      Object.fromEntries(
        ids
          .filter((id) => values.has(`${type}.${id}`))
          .map((id) => [id, values.get(`${type}.${id}`) as SignalDataTypeMap[T]]),
      ),
    set: async (data: SignalDataSet) => {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries ?? {})) {
          if (value === null || value === undefined) values.delete(`${type}.${id}`)
          else values.set(`${type}.${id}`, value)
        }
      }
    },
  }
}

/** A bare Baileys session with its state in memory: the floor that our pipeline is measured against. */
export type BareClient = { socket: () => WASocket; acked: (id: string) => Promise<void>; close: () => void }

/** Pairs a new bare session with the phone and resolves when it is logged in. */
export const pairBareClient = async (
  network: { webSocketUrl: string; controlUrl: string; rootKey: string },
  phone: string,
): Promise<BareClient> => {
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(network.rootKey, 'base64')
  const driver = phoneDriver(network.controlUrl, phone)
  const waiting = new Map<string, () => void>()
  const auth: AuthenticationState = { creds: initAuthCreds(), keys: makeCacheableSignalKeyStore(memoryKeys(), silent) }
  let socket: WASocket
  let closing = false
  await new Promise<void>((resolve, reject) => {
    const open = (): void => {
      socket = makeWASocket({
        auth,
        logger: silent,
        waWebSocketUrl: network.webSocketUrl,
        shouldSyncHistoryMessage: () => false,
        // The uploads' https scheme is fixed in the client; the sandbox network serves plain HTTP.
        fetchAgent: Object.assign(new HttpsAgent(), { createConnection: connect }),
      })
      socket.ev.on('creds.update', (change) => Object.assign(auth.creds, change))
      socket.ws.on('CB:ack,class:message', (node: { attrs: { id: string } }) => {
        waiting.get(node.attrs.id)?.()
        waiting.delete(node.attrs.id)
      })
      socket.ev.on('connection.update', ({ qr, connection, lastDisconnect }) => {
        if (qr) driver.scan(qr).catch(reject)
        if (connection === 'open') resolve()
        const code = (lastDisconnect?.error as { output?: { statusCode?: number } } | undefined)?.output?.statusCode
        if (connection === 'close' && code === 515) open()
        else if (connection === 'close' && !closing) reject(new Error(`closed with ${code}`))
      })
    }
    open()
  })
  return {
    socket: () => socket,
    acked: (id) => new Promise((resolve) => waiting.set(id, resolve)),
    close: () => {
      closing = true
      socket.end(undefined)
    },
  }
}
