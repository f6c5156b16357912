import { Agent } from 'node:https'
import { connect } from 'node:net'
import { buildConnector, type Dispatcher, Dispatcher1Wrapper, Agent as DownloadAgent } from 'undici'

/** Makes https requests of the client plain HTTP: uploads have the scheme hard-coded, and the sandbox serves no TLS. */
export function plainHttpAgent(): Agent {
  const agent = new Agent({ keepAlive: false })
  Object.assign(agent, {
    createConnection: (options: { host?: string; port?: number }) =>
      connect(Number(options.port), options.host ?? '127.0.0.1'),
  })
  return agent
}

/**
 * The same for downloads, which go through the fetch of Node. Every name leads to the media host of the sandbox. That
 * fetch speaks the handler interface of an older undici than the package, hence the wrapper.
 */
export function plainHttpDispatcher(webSocketUrl: string): Dispatcher {
  const { hostname, port } = new URL(webSocketUrl)
  const connector = buildConnector({})
  const agent = new DownloadAgent({
    connect: (options, callback) =>
      connector({ ...options, hostname, host: hostname, port, protocol: 'http:' }, callback),
  })
  return new Dispatcher1Wrapper(agent)
}
