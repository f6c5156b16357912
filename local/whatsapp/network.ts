import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'
import type { PhoneOptions } from './accounts.ts'
import { certificateChain, newServiceKeys, type ServiceKeys } from './certificate.ts'
import { Connection } from './connection.ts'
import { silenceSignalConsole } from './console-guard.ts'
import { serveControl } from './control-api.ts'
import { ControlError } from './control-error.ts'
import { connectionHandlers } from './dispatch.ts'
import { EventHub, type SandboxEvent } from './events.ts'
import { type FaultApi, faultApi } from './fault-api.ts'
import { FaultBox } from './faults.ts'
import { GroupApi } from './group-api.ts'
import { closeServer, type HttpHandler, httpServer, listen, listenAgain } from './http-server.ts'
import { phoneDigits } from './jid.ts'
import { type Journal, memoryJournal, openJournal } from './journal.ts'
import { loadPort, loadServiceKeys, loadWorld } from './load.ts'
import { serveMail } from './mail.ts'
import { serveMedia } from './media-server.ts'
import { openMediaStore } from './media-store.ts'
import { NewsletterApi } from './newsletter-api.ts'
import { storedPair } from './persist.ts'
import { ensurePhone, PhoneApi } from './phone-api.ts'
import { type PhoneView, phoneView } from './phone-view.ts'
import type { Counters, World } from './world.ts'

/** Where and how a network runs. Ports are free ones unless given; with a directory the main port is kept over restarts. */
export interface SandboxOptions {
  port?: number
  /** A port of its own for the control API; without it the API is served on the main port. */
  controlPort?: number
  /** Directory that keeps the state over restarts. Without it everything lives in memory. */
  dir?: string
  host?: string
  /** Folder of the mails that the product beside the network sent; they are shown at `/mail` of the control API. */
  mailDir?: string
}

/** What the network counted since it started. */
export interface SandboxStats extends Counters {
  phones: number
  devices: number
  connected: number
  groups: number
  /** CPU time of this process in microseconds, for benchmarks. */
  cpuMicros: number
  devicesByPhone: Record<string, { device: number; framesIn: number; framesOut: number; pending: number }[]>
}

/** A running network. */
export interface SandboxNetwork {
  webSocketUrl: string
  controlUrl: string
  /** Base64 of the 32-byte public key that clients must trust. */
  rootKey: string
  createPhone(phone: string, options?: PhoneOptions): PhoneApi
  /** The phone of that number; throws a {@link ControlError} 404 when there is none. */
  phone(phone: string): PhoneApi
  phones(): PhoneView[]
  groups: GroupApi
  newsletters: NewsletterApi
  faults: FaultApi
  stats(): SandboxStats
  /** Listens to everything that happens; the answer stops it. */
  on(listener: (event: SandboxEvent) => void): () => void
  close(): Promise<void>
}

function newWorld(journal: Journal, keys: ServiceKeys, mediaHost: () => string): World {
  return {
    keys,
    chain: certificateChain(keys),
    phones: new Map(),
    lids: new Map(),
    groups: new Map(),
    calls: new Map(),
    newsletters: new Map(),
    liveUpdates: new Map(),
    notices: new Map(),
    connections: new Set(),
    hub: new EventHub(),
    journal,
    faults: new FaultBox(),
    media: openMediaStore(journal.dir),
    counters: { connectionsOpened: 0, framesIn: 0, framesOut: 0, stanzasIn: {}, stanzasOut: {}, messagesRouted: 0 },
    mediaHost,
    nextSeq: 1,
    nextStanzaId: 0,
    closing: false,
  }
}

function statsOf(world: World): SandboxStats {
  const { user, system } = process.cpuUsage()
  const phones = [...world.phones.values()]
  return {
    ...world.counters,
    phones: phones.length,
    devices: phones.reduce((sum, phone) => sum + phone.devices.size, 0),
    connected: [...world.connections].filter(({ device }) => device).length,
    groups: world.groups.size,
    cpuMicros: user + system,
    devicesByPhone: Object.fromEntries(
      phones.map((phone) => [
        phone.phone,
        [...phone.devices.values()].map(({ id, framesIn, framesOut, pending }) => ({
          device: id,
          framesIn,
          framesOut,
          pending: pending.size,
        })),
      ]),
    ),
  }
}

async function acceptConnections(world: World, server: Server): Promise<void> {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 })
  const handlers = connectionHandlers(world)
  sockets.on('connection', (socket) => {
    if (world.faults.take('refuse-connections', {})) {
      socket.terminate()
      return
    }
    world.connections.add(new Connection(socket, world, handlers))
  })
}

/** Starts a network. Rejects when a port is taken or the directory cannot be read. */
export async function startSandboxNetwork(options: SandboxOptions = {}): Promise<SandboxNetwork> {
  silenceSignalConsole()
  const host = options.host ?? '127.0.0.1'
  const journal = options.dir === undefined ? memoryJournal() : await openJournal(options.dir)
  const usualPort = loadPort(journal)
  const stored = loadServiceKeys(journal)
  const keys = stored ?? newServiceKeys()
  let port = 0
  const world = newWorld(journal, keys, () => `${host}:${port}`)
  if (!stored) {
    journal.mark('service', () => ({
      root: storedPair(keys.root),
      intermediate: storedPair(keys.intermediate),
      noise: storedPair(keys.noise),
    }))
    await journal.flush()
  }
  await loadWorld(world)
  const network = makeNetwork(world)
  const media: HttpHandler = (request, response) => serveMedia(world, request, response)
  const control: HttpHandler = async (request, response) =>
    (request.method === 'GET' && serveMail(options.mailDir, request.url ?? '', response)) ||
    serveControl(world, network, request, response)
  const separate = options.controlPort !== undefined
  const main = httpServer(separate ? [media] : [media, control])
  const controlServer = separate ? httpServer([control]) : undefined
  await acceptConnections(world, main)
  port = await (options.port === undefined ? listenAgain(main, usualPort, host) : listen(main, options.port, host))
  journal.mark('port', () => port)
  const controlPort = controlServer ? await listen(controlServer, options.controlPort ?? 0, host) : port
  network.webSocketUrl = `ws://${host}:${port}/ws/chat`
  network.controlUrl = `http://${host}:${controlPort}`
  network.close = async () => {
    if (world.closing) return
    world.closing = true
    for (const connection of world.connections) connection.drop()
    await Promise.all([closeServer(main), controlServer && closeServer(controlServer)])
    await Promise.all([...world.phones.values()].map((phone) => phone.work))
    await world.media.flush()
    await journal.close()
  }
  return network
}

function makeNetwork(world: World): SandboxNetwork {
  return {
    webSocketUrl: '',
    controlUrl: '',
    rootKey: world.keys.root.public.toString('base64'),
    createPhone: (phone, created = {}) => new PhoneApi(world, ensurePhone(world, phone, created).phone),
    phone(number) {
      const found = world.phones.get(phoneDigits(number))
      if (!found) throw new ControlError(404, 'phone_unknown', 'There is no such phone.')
      return new PhoneApi(world, found)
    },
    phones: () => [...world.phones.values()].map(phoneView),
    groups: new GroupApi(world),
    newsletters: new NewsletterApi(world),
    faults: faultApi(world),
    stats: () => statsOf(world),
    on: (listener) => world.hub.on(listener),
    close: async () => undefined,
  }
}
