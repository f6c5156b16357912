import type { IncomingMessage, ServerResponse } from 'node:http'
import { ZodError } from 'zod'
import { ControlError, refusalOf } from './control-error.ts'
import { controlRoutes } from './control-routes.ts'
import type { ControlAnswer, ControlRoute } from './control-types.ts'
import { readBody } from './media-server.ts'
import type { SandboxNetwork } from './network-types.ts'
import { servePage } from './page-server.ts'
import type { World } from './world.ts'

const HEARTBEAT_MS = 15_000

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value)
    else if (part !== value) return undefined
  }
  return params
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'DELETE') return undefined
  const text = (await readBody(request)).toString('utf8')
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ControlError(400, 'invalid_json', 'The body is not JSON.')
  }
}

function write(response: ServerResponse, answer: ControlAnswer): void {
  const body = answer.bytes ?? JSON.stringify(answer.json)
  response.writeHead(answer.status ?? 200, {
    'content-type': answer.type ?? 'application/json',
    'content-length': Buffer.byteLength(body),
    'access-control-allow-origin': '*',
  })
  response.end(body)
}

function errorAnswer(error: unknown): ControlAnswer {
  if (error instanceof ControlError) {
    return { status: error.status, json: { error: { code: error.code, message: error.message } } }
  }
  const message = error instanceof Error ? error.message : 'Something failed.'
  return { status: 500, json: { error: { code: 'internal', message } } }
}

/** Everything that happens, as server-sent events whose name is the event's type. `?types=` narrows it. */
function streamEvents(world: World, request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  const types = query.get('types')?.split(',')
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'access-control-allow-origin': '*',
  })
  response.write(': open\n\n')
  const stop = world.hub.on((event) => {
    if (types && !types.includes(event.type)) return
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  })
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS)
  request.on('close', () => {
    clearInterval(heartbeat)
    stop()
  })
}

async function run(
  world: World,
  network: SandboxNetwork,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
) {
  const routes: [ControlRoute, Record<string, string>][] = []
  for (const route of controlRoutes()) {
    const params = matchPath(route.path, path)
    if (params && route.method === request.method) routes.push([route, params])
  }
  const [found] = routes
  if (!found) return undefined
  const [route, params] = found
  const body = await jsonBody(request)
  try {
    return await route.run({ world, network, params, query, body })
  } catch (error) {
    throw error instanceof ZodError ? refusalOf(error, body) : error
  }
}

/** Serves the control API and its page. False when the path is not part of them. */
export async function serveControl(
  world: World,
  network: SandboxNetwork,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://sandbox')
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET,POST,PATCH,DELETE',
      'access-control-allow-headers': 'content-type',
    })
    response.end()
    return true
  }
  if (request.method === 'GET' && url.pathname === '/events') {
    streamEvents(world, request, response, url.searchParams)
    return true
  }
  if (request.method === 'GET' && (await servePage(url.pathname, response))) return true
  try {
    const answer = await run(world, network, request, url.pathname, url.searchParams)
    if (!answer) return false
    write(response, answer)
  } catch (error) {
    write(response, errorAnswer(error))
  }
  return true
}
