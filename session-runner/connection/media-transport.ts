import { type AgentOptions, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { Agent, type Dispatcher, Dispatcher1Wrapper } from 'undici'
import { type Dial, dialDirectly, type Target } from './proxy-dial.ts'

/** How a connection and its media travel: the agents of Baileys' socket and uploads, its downloads, and the dispatcher of ours. */
export type MediaTransport = {
  /** Agent of the WebSocket; undefined: a direct connection. */
  socketAgent: HttpAgent | undefined
  uploadAgent: HttpsAgent | undefined
  fetchOptions: RequestInit
  dispatcher: Dispatcher | undefined
  /** Notes the host that `media_conn` named, for addresses that carry none. */
  noteHost: (host: string) => void
}

/** Opens a connection on which HTTP can be spoken to a media host. */
type Open = (target: Target) => Promise<Socket>

type Created = (error: Error | null, socket: never) => void

const connecting =
  (open: Open) =>
  (options: { host?: string | null; port?: string | number | null }, done?: unknown): undefined => {
    const report = done as Created
    const target = { host: String(options.host ?? 'localhost'), port: Number(options.port || 443) }
    open(target).then(
      (socket) => report(null, socket as never),
      (error: unknown) => report(error as Error, undefined as never),
    )
    return undefined
  }

const SHORT: AgentOptions = { keepAlive: false }

/** Agents whose connections `open` makes, for uploads by Node's client and downloads by undici's. */
const agentsOver = (open: Open): Pick<MediaTransport, 'uploadAgent' | 'fetchOptions' | 'dispatcher'> => {
  const uploadAgent = new HttpsAgent(SHORT)
  uploadAgent.createConnection = connecting(open)
  const dispatcher = new Agent({
    connect: ({ hostname, port }, done) => connecting(open)({ host: hostname, port }, done),
  })
  // Node's own fetch speaks the handler interface of an older undici than the package.
  const fetchOptions = { dispatcher: new Dispatcher1Wrapper(dispatcher) } as unknown as RequestInit
  return { uploadAgent, fetchOptions, dispatcher }
}

const secured = (socket: Socket, options: { servername?: string; rejectUnauthorized?: boolean }): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const secure = tlsConnect({ socket, ALPNProtocols: ['http/1.1'], ...options })
    secure.once('secureConnect', () => {
      secure.off('error', reject)
      resolve(secure)
    })
    secure.once('error', (error) => {
      socket.destroy()
      reject(error)
    })
  })

/** The agent of a WebSocket whose connections `dial` makes; TLS goes on top where the address says so. */
const socketAgentOver = (dial: Dial, open: Open, url: string | undefined): HttpAgent => {
  const isPlain = url?.startsWith('ws:') === true
  const agent = isPlain ? new HttpAgent(SHORT) : new HttpsAgent(SHORT)
  agent.createConnection = connecting(isPlain ? dial : open)
  return agent
}

/** Against the real WhatsApp nothing is changed, but for a device with a proxy: then everything goes through `dial`. */
export const liveTransport = (dial?: Dial): MediaTransport => {
  if (!dial) {
    const noteHost = (): void => undefined
    return { socketAgent: undefined, uploadAgent: undefined, fetchOptions: {}, dispatcher: undefined, noteHost }
  }
  const open: Open = async (target) => secured(await dial(target), isIP(target.host) ? {} : { servername: target.host })
  return { socketAgent: socketAgentOver(dial, open, undefined), ...agentsOver(open), noteHost: () => undefined }
}

/** TLS without checking the certificate and, when the other side does not speak TLS, plain TCP. */
const openEitherWay = async (dial: Dial, target: Target): Promise<Socket> => {
  try {
    return await secured(await dial(target), { servername: 'localhost', rejectUnauthorized: false })
  } catch {
    return dial(target)
  }
}

/**
 * Against the sandbox network: media hosts on loopback may speak plain HTTP or TLS with a certificate of their own, and
 * everything meant for WhatsApp's media hosts goes to the host that `media_conn` named, until then to the network's own.
 */
export const sandboxTransport = (networkUrl: string, dial?: Dial): MediaTransport => {
  const { hostname, port: networkPort, protocol } = new URL(networkUrl)
  const isSecure = protocol === 'wss:'
  let mediaHost: Target = { host: hostname, port: Number(networkPort || (isSecure ? 443 : 80)) }
  const open: Open = (target) =>
    openEitherWay(dial ?? dialDirectly, target.host.endsWith('.whatsapp.net') ? mediaHost : target)
  // The network is known by the key that its handshake is signed with, not by a certificate, which may be its own.
  const openSocket: Open = async (target) =>
    secured(await (dial ?? dialDirectly)(target), {
      ...(isIP(target.host) === 0 && { servername: target.host }),
      rejectUnauthorized: false,
    })
  return {
    socketAgent: dial || isSecure ? socketAgentOver(dial ?? dialDirectly, openSocket, networkUrl) : undefined,
    ...agentsOver(open),
    noteHost: (text) => {
      const [host = '', port = '443'] = text.split(':')
      mediaHost = { host, port: Number(port) }
    },
  }
}
