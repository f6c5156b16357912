import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'
import { certificateChain, newServiceKeys, type ServiceKeys } from './certificate.ts'
import { SocketConnection } from './connection.ts'
import { silenceSignalConsole } from './console-guard.ts'
import { serveControl } from './control-api.ts'
import { ControlError } from './control-error.ts'
import { connectionHandlers } from './dispatch.ts'
import { EventHub } from './events.ts'
import { faultApi } from './fault-api.ts'
import { FaultBox } from './faults.ts'
import { GroupApi } from './group-api.ts'
import { closeServer, type HttpHandler, httpServer, listen, listenAgain } from './http-server.ts'
import { phoneDigits } from './jid.ts'
import { type Journal, memoryJournal, openJournal } from './journal.ts'
import { loadPort, loadServiceKeys, loadWorld } from './load.ts'
import { serveMail } from './mail.ts'
import { serveMedia } from './media-server.ts'
import { openMediaStore } from './media-store.ts'
import type { SandboxNetwork, SandboxOptions, SandboxStats } from './network-types.ts'
import { NewsletterApi } from './newsletter-api.ts'
import { storedPair } from './persist.ts'
import { ensurePhone, PhoneApi } from './phone-api.ts'
import { phoneView } from './phone-view.ts'
import type { World } from './world.ts'

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
    world.connections.add(new SocketConnection(socket, world, handlers))
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
