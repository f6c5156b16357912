import vm from 'node:vm'
import type { AnswerHeaders, OriginRequest } from './messages.ts'

type Value = { value: string; multiValue?: { value: string }[] }
type Fields = Record<string, Value>

type EdgeRequest = { method: string; uri: string; querystring: Fields; headers: Fields; cookies: Fields }
type EdgeResponse = {
  statusCode: number
  headers?: Fields
  cookies?: Record<string, Value & { attributes?: string }>
  body?: string | { data: string; encoding?: 'text' | 'base64' }
}

/** What a viewer-request function decided: a changed request, or an answer of its own. */
export type EdgeDecision =
  | { kind: 'request'; request: OriginRequest }
  | { kind: 'response'; status: number; headers: AnswerHeaders; body: Buffer }

/** Where a function runs, as its event tells it. */
export type EdgeContext = { distributionId: string; domainName: string }

/** A CloudFront Function: its code runs in a context of its own that has neither network nor modules. */
export class EdgeFunction {
  readonly #handler: (event: unknown) => unknown
  readonly #context: EdgeContext

  /** Throws the error of code that cannot be compiled. */
  constructor(name: string, code: string, context: EdgeContext) {
    const sandbox = vm.createContext({ console: { log: () => {} } })
    this.#handler = new vm.Script(`${code}\n;handler`, { filename: name }).runInContext(sandbox)
    this.#context = context
  }

  /** Runs the function for a request. Throws what the function throws. */
  async onRequest(request: OriginRequest): Promise<EdgeDecision> {
    const result = await this.#handler(this.#event('viewer-request', request))
    if (isResponse(result)) {
      return { kind: 'response', status: result.statusCode, headers: answerHeaders(result), body: bodyOf(result) }
    }
    const changed = result as EdgeRequest
    const headers: Record<string, string> = {}
    for (const [name, { value }] of Object.entries(changed.headers)) headers[name.toLowerCase()] = value
    const cookies = Object.entries(changed.cookies).map(([name, { value }]) => `${name}=${value}`)
    if (cookies.length > 0) headers.cookie = cookies.join('; ')
    return {
      kind: 'request',
      request: { ...request, path: changed.uri, query: queryString(changed.querystring), headers },
    }
  }

  /** Runs the function for an answer's status and headers, and gives them as changed. */
  async onResponse(request: OriginRequest, status: number, headers: AnswerHeaders) {
    const fields: Fields = {}
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'string') fields[name] = { value }
    }
    const event = { ...this.#event('viewer-response', request), response: { statusCode: status, headers: fields } }
    const result = (await this.#handler(event)) as EdgeResponse
    const cookies = headers['set-cookie']
    return {
      status: result.statusCode,
      headers: { ...(cookies && { 'set-cookie': cookies }), ...answerHeaders(result) },
    }
  }

  #event(eventType: string, request: OriginRequest) {
    const { cookie, ...headers } = request.headers
    const cookies = (cookie ?? '').split(/;\s*/).filter((pair) => pair.includes('='))
    return {
      version: '1.0',
      context: {
        distributionDomainName: this.#context.domainName,
        distributionId: this.#context.distributionId,
        eventType,
        requestId: Math.random().toString(36).slice(2),
      },
      viewer: { ip: request.sourceIp },
      request: {
        method: request.method,
        uri: request.path,
        querystring: parseQuery(request.query),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
        cookies: Object.fromEntries(
          cookies.map((pair) => [pair.split('=', 1)[0]!, { value: pair.replace(/^[^=]*=/, '') }]),
        ),
      } satisfies EdgeRequest,
    }
  }
}

function isResponse(result: unknown): result is EdgeResponse {
  return typeof result === 'object' && result !== null && 'statusCode' in result
}

function answerHeaders(response: EdgeResponse): AnswerHeaders {
  const headers: AnswerHeaders = {}
  for (const [name, { value }] of Object.entries(response.headers ?? {})) headers[name.toLowerCase()] = value
  const cookies = Object.entries(response.cookies ?? {}).map(([name, { value, attributes }]) =>
    attributes === undefined ? `${name}=${value}` : `${name}=${value}; ${attributes}`,
  )
  if (cookies.length > 0) headers['set-cookie'] = cookies
  return headers
}

function bodyOf({ body }: EdgeResponse): Buffer {
  if (body === undefined || typeof body === 'string') return Buffer.from(body ?? '')
  return Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8')
}

/** Values stay encoded, as the function sees them on the edge. */
function parseQuery(query: string): Fields {
  const fields: Fields = {}
  for (const pair of query.split('&').filter(Boolean)) {
    const name = pair.split('=', 1)[0]!
    const value = pair.slice(name.length + 1)
    const field = fields[name]
    if (field === undefined) fields[name] = { value }
    else field.multiValue = [...(field.multiValue ?? [{ value: field.value }]), { value }]
  }
  return fields
}

function queryString(fields: Fields): string {
  return Object.entries(fields)
    .flatMap(([name, { value, multiValue }]) => (multiValue ?? [{ value }]).map((item) => `${name}=${item.value}`))
    .join('&')
}
