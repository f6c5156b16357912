import { subscribe } from 'node:diagnostics_channel'
import { ClientRequest, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { type AccessRequest, compilePolicy, type Policy } from '../iam.ts'
import { type Denial, describeDenial } from './denial.ts'
import type { PolicyFile } from './policy.ts'
import { bodyTargets, type OutgoingRequest, pathTargets, type ServiceName, serviceOf } from './request-targets.ts'

type Guard = { file: PolicyFile; policy: Policy; hosts: Set<string> }

/** One policy for the whole thread: a Lambda function and a task each have a thread or process of their own. */
let guard: Guard | undefined
let installed = false
const inspected = new WeakSet<ClientRequest>()

/**
 * Puts the permission check between this thread's HTTP clients and the local endpoints. Requests elsewhere pass
 * untouched. Gives a function that takes the check away again.
 */
export function guardRequests(file: PolicyFile): () => void {
  const hosts = new Set(file.hosts.flatMap((host) => [host, host.replace('127.0.0.1', 'localhost')]))
  const mine: Guard = { file, policy: compilePolicy(file.statements), hosts }
  guard = mine
  install()
  return () => {
    if (guard === mine) guard = undefined
  }
}

/**
 * The prototype is changed, not `http.request`: the SDK keeps the function it imported first, and a client that was made
 * before the check must go through it too.
 */
function install() {
  if (installed) return
  installed = true
  subscribe('undici:request:create', inspectUndici)
  const { write, end } = ClientRequest.prototype
  ClientRequest.prototype.write = function (this: ClientRequest, ...args: unknown[]) {
    // Inspecting may put other functions on the request itself; they take the call then.
    if (inspect(this)) return Reflect.apply(this.write, this, args)
    return Reflect.apply(write, this, args)
  } as typeof write
  ClientRequest.prototype.end = function (this: ClientRequest, ...args: unknown[]) {
    if (inspect(this)) return Reflect.apply(this.end, this, args)
    return Reflect.apply(end, this, args)
  } as typeof end
}

/**
 * Looks at a request before its first byte. Services that put the action into the path are decided at once, so that
 * uploads stream as ever; for the others the body, which is small and sent in one piece, is held until its end. Gives
 * true when the request now has functions of its own.
 */
function inspect(request: ClientRequest): boolean {
  if (!guard || inspected.has(request) || !guard.hosts.has(String(request.getHeader('host')))) return false
  inspected.add(request)
  const { file } = guard
  const outgoing: OutgoingRequest = {
    method: request.method,
    path: request.path,
    header: (name) => request.getHeader(name)?.toString(),
  }
  const service = serviceOf(outgoing)
  const refusal = refusalBy(guard, service)
  if (!hasPathTarget(service)) {
    holdBody(request, (body) => refusal(bodyTargets(outgoing, body, file)))
    return true
  }
  const denial = refusal(pathTargets(service, outgoing, file))
  if (denial) refuse(request, denial)
  return denial !== undefined
}

/** Gives the function that says which of several things a request would do, if any, the policy does not allow. */
const refusalBy =
  ({ file, policy }: Guard, service: ServiceName) =>
  (targets: AccessRequest[]): Denial | undefined => {
    for (const target of targets) {
      const decision = policy.decide(target)
      if (decision !== 'allowed') return describeDenial(service, file.principal, target, decision)
    }
    return undefined
  }

/** The parts of an undici request that its diagnostics channel shows. */
type UndiciRequest = {
  origin: string | URL
  method: string
  path: string
  headers: string | string[]
  body: unknown
  onResponseError(error: Error): void
}

/**
 * Clients that speak through undici do not use Node's http module, and each bundle holds its own copy of undici; its
 * diagnostics channel is the one place where all of them pass. A refused request ends before it is sent.
 */
function inspectUndici(message: unknown): void {
  const { request } = message as { request: UndiciRequest }
  if (!guard?.hosts.has(new URL(request.origin).host)) return
  const headers = headersOf(request.headers)
  const outgoing: OutgoingRequest = { method: request.method, path: request.path, header: (name) => headers.get(name) }
  const service = serviceOf(outgoing)
  const targets = hasPathTarget(service)
    ? pathTargets(service, outgoing, guard.file)
    : bodyTargets(outgoing, parse(bytesOf(request.body)), guard.file)
  const denial = refusalBy(guard, service)(targets)
  if (denial) request.onResponseError(Object.assign(new Error(denial.message), { name: 'AccessDeniedException' }))
}

function headersOf(headers: string | string[]): Map<string, string> {
  const flat = typeof headers === 'string' ? headers.split(/: |\r\n/) : headers
  const found = new Map<string, string>()
  for (let at = 0; at + 1 < flat.length; at += 2) found.set(flat[at]!.toLowerCase(), flat[at + 1]!)
  return found
}

const bytesOf = (body: unknown): Buffer => {
  if (typeof body === 'string') return Buffer.from(body)
  // By its memory: the SDK's arrays warn when anybody asks for their value.
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : Buffer.alloc(0)
}

const hasPathTarget = (service: ServiceName) => ['s3', 'lambda', 'execute-api'].includes(service)

function holdBody(request: ClientRequest, refusalOf: (body: Record<string, unknown>) => Denial | undefined) {
  const { write, end } = request
  const chunks: Buffer[] = []
  const keep = (chunk: unknown, encoding: unknown) => {
    if (typeof chunk === 'string')
      chunks.push(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as 'utf8') : 'utf8'))
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }
  request.write = ((chunk: unknown, encoding?: unknown, callback?: unknown) => {
    keep(chunk, encoding)
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') process.nextTick(done)
    return true
  }) as typeof request.write
  request.end = ((...args: unknown[]) => {
    const [chunk, encoding] = args
    if (typeof chunk !== 'function') keep(chunk, encoding)
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    const denial = refusalOf(parse(body))
    request.write = write
    request.end = end
    if (denial) return refuse(request, denial)
    const done = args.find((arg) => typeof arg === 'function')
    return (end as (...all: unknown[]) => ClientRequest).call(request, body, done)
  }) as typeof request.end
}

/** What is not JSON names no action that is checked; its service answers for itself. */
function parse(body: Buffer): Record<string, unknown> {
  return body[0] === 0x7b ? (JSON.parse(body.toString('utf8')) as Record<string, unknown>) : {}
}

/** Answers in place of the server. The connection the request may hold already is given up. */
function refuse(request: ClientRequest, denial: Denial): ClientRequest {
  request.write = ((_chunk: unknown, ...rest: unknown[]) => {
    const done = rest.find((one) => typeof one === 'function')
    if (done) process.nextTick(done as () => void)
    return true
  }) as typeof request.write
  request.end = (() => request) as typeof request.end
  const response = new IncomingMessage(new Socket())
  response.statusCode = denial.status
  response.statusMessage = 'Denied'
  Object.assign(response.headers, denial.headers)
  response.push(denial.body)
  response.push(null)
  setImmediate(() => {
    if (request.destroyed) return
    request.emit('response', response)
    // A complete answer, so that giving up the connection is not reported as an error; not the real one, whose body
    // would be thrown away.
    const complete = new IncomingMessage(new Socket())
    complete.complete = true
    Object.assign(request, { res: complete })
    request.destroy()
  })
  return request
}
