import { Writable } from 'node:stream'
import type { StreamHead } from './protocol.ts'

/** A streaming handler: writes its answer to the stream and ends it. */
export type StreamingHandler = (event: unknown, stream: ResponseStream, context: unknown) => unknown

/** Where the parts of a streamed answer go. A chunk that is not taken at once gives a promise of when it is. */
export type StreamSink = {
  head(head: StreamHead): void
  chunk(chunk: Uint8Array): void | Promise<void>
  end(): void
}

const streaming = Symbol('streaming handler')

/** The stream a streaming handler writes to. Its head goes out before the first byte. */
export class ResponseStream extends Writable {
  #head: StreamHead = { statusCode: 200, headers: { 'content-type': 'application/octet-stream' }, cookies: [] }
  #headSent = false
  readonly #sink: StreamSink

  constructor(sink: StreamSink) {
    super({ highWaterMark: 64 * 1024 })
    this.#sink = sink
    // A reader that went away is no error of the handler's.
    this.on('error', () => {})
  }

  setContentType(type: string): void {
    this.#head.headers['content-type'] = type
  }

  setHead(head: Partial<StreamHead>): void {
    this.#head = { ...this.#head, ...head, headers: lowerCaseKeys(head.headers ?? {}) }
    this.#sendHead()
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#sendHead()
    const taken = this.#sink.chunk(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
    if (taken === undefined) done()
    else taken.then(() => done(), done)
  }

  override _final(done: (error?: Error) => void): void {
    this.#sendHead()
    this.#sink.end()
    done()
  }

  #sendHead(): void {
    if (this.#headSent) return
    this.#headSent = true
    this.#sink.head(this.#head)
  }
}

function lowerCaseKeys(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), String(value)]))
}

/** The `awslambda` global the Node runtime gives to streaming functions. */
export const awslambda = {
  streamifyResponse: (handler: StreamingHandler): StreamingHandler => Object.assign(handler, { [streaming]: true }),
  HttpResponseStream: {
    from: (stream: ResponseStream, metadata: Partial<StreamHead>): ResponseStream => {
      stream.setHead(metadata)
      return stream
    },
  },
}

/** Whether a handler was made by `awslambda.streamifyResponse`. */
export function isStreaming(handler: unknown): handler is StreamingHandler {
  return typeof handler === 'function' && streaming in handler
}
