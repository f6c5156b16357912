import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import { type Behavior, type DistributionConfig, type OriginLookup, readDistribution } from './behaviors.ts'
import type { EdgeFunction } from './edge-function.ts'
import type { AnswerHeaders, AnswerSink, OriginRequest } from './messages.ts'
import { answerJson } from './messages.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { WebSocketApi } from './websocket-api.ts'

type ErrorPage = DistributionConfig['CustomErrorResponses'][number]

/** Address of the edge, as origins see it. */
const EDGE = '127.0.0.1'

/** A CloudFront distribution: the public front of the stack. Nothing is cached. */
export class Distribution {
  readonly #behaviors: Behavior[]
  readonly #rootObject: string
  readonly #errorPages: Map<number, ErrorPage>

  constructor(app: ResolvedApp, resource: ResolvedResource, lookUp: OriginLookup) {
    const { config, behaviors } = readDistribution(app, resource, lookUp)
    this.#rootObject = config.DefaultRootObject
    this.#errorPages = new Map(config.CustomErrorResponses.map((page) => [page.ErrorCode, page]))
    this.#behaviors = behaviors
  }

  /** Handles a request; the answer goes to the sink. */
  async handle(request: OriginRequest, answer: AnswerSink): Promise<void> {
    const behavior = this.#behaviorFor(request.path)
    const sink = this.#decorate(behavior, request, answer)
    if (!behavior.methods.has(request.method)) {
      return answerJson(sink, 403, { message: 'This distribution is not configured to allow the HTTP request method' })
    }
    const forwarded = await this.#forward(behavior, request, sink)
    if (forwarded === undefined) return
    if (behavior.origin instanceof WebSocketApi) return answerJson(sink, 426, { message: 'Upgrade Required' })
    await behavior.origin.handle(forwarded, sink)
  }

  /** Handles a request to open a WebSocket. */
  async upgrade(request: OriginRequest, raw: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const behavior = this.#behaviorFor(request.path)
    if (!(behavior.origin instanceof WebSocketApi)) {
      return refuseUpgrade(socket, 400, '')
    }
    const forwarded = await this.#forward(behavior, request, undefined)
    if (forwarded !== undefined) await behavior.origin.upgrade(forwarded, raw, socket, head)
    else refuseUpgrade(socket, 403, '')
  }

  #behaviorFor(path: string): Behavior {
    return this.#behaviors.find(({ matches }) => matches(path))!
  }

  /** The request as the origin gets it, or undefined when a function answered in its place. */
  async #forward(
    behavior: Behavior,
    original: OriginRequest,
    sink: AnswerSink | undefined,
  ): Promise<OriginRequest | undefined> {
    let request = original
    if (behavior.onRequest !== undefined) {
      const decision = await behavior.onRequest.onRequest(request)
      if (decision.kind === 'response') {
        sink?.head(decision.status, { ...decision.headers, 'content-length': String(decision.body.length) })
        sink?.write(decision.body)
        sink?.end()
        return undefined
      }
      request = decision.request
    }
    if (request.path === '/' && this.#rootObject !== '') request = { ...request, path: `/${this.#rootObject}` }
    const forwarded = behavior.forward(request)
    return {
      ...forwarded,
      path: behavior.originPath + forwarded.path,
      headers: {
        ...forwarded.headers,
        ...behavior.originHeaders,
        host: behavior.originHost,
        'x-amz-cf-id': randomUUID(),
        // The caller, then the edge that calls the origin: which is here as well.
        'x-forwarded-for': `${forwarded.headers['x-forwarded-for'] ?? request.sourceIp}, ${EDGE}`,
      },
      sourceIp: EDGE,
    }
  }

  /** Applies error pages, the headers policy and the viewer-response function to an answer. */
  #decorate(behavior: Behavior, request: OriginRequest, answer: AnswerSink): AnswerSink {
    let replaced = false
    let ready: Promise<void> | undefined
    const inOrder = (step: () => void | Promise<void>): void | Promise<void> => {
      if (ready === undefined) return step()
      ready = ready.then(step)
      return ready
    }
    return {
      head: (status, headers) => {
        const page = this.#errorPages.get(status)
        if (page?.ResponsePagePath !== undefined) {
          replaced = true
          void this.#errorPage(page, status, request, answer)
          return
        }
        behavior.headersPolicy(headers)
        if (behavior.onResponse === undefined) return answer.head(status, headers)
        ready = changedHead(behavior.onResponse, request, status, headers, answer)
      },
      write: (chunk) => (replaced ? undefined : inOrder(() => answer.write(chunk))),
      end: () => {
        if (!replaced) void inOrder(() => answer.end())
      },
      cut: () => answer.cut(),
      onAbort: (callback) => answer.onAbort(callback),
    }
  }

  async #errorPage(page: ErrorPage, status: number, request: OriginRequest, answer: AnswerSink): Promise<void> {
    const path = page.ResponsePagePath!
    const behavior = this.#behaviorFor(path)
    if (behavior.origin instanceof WebSocketApi) return answerJson(answer, status, {})
    await behavior.origin.handle(
      { ...request, method: 'GET', path: behavior.originPath + path, query: '' },
      {
        ...answer,
        head: (_status, headers) => {
          behavior.headersPolicy(headers)
          answer.head(page.ResponseCode ?? status, headers)
        },
      },
    )
  }
}

async function changedHead(
  fn: EdgeFunction,
  request: OriginRequest,
  status: number,
  headers: AnswerHeaders,
  answer: AnswerSink,
): Promise<void> {
  const changed = await fn.onResponse(request, status, headers)
  answer.head(changed.status, changed.headers)
}
