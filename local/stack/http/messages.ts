import type { IncomingMessage } from 'node:http'

/** A request on its way to an origin. Header names are lower-case; repeated headers are joined as HTTP allows. */
export type OriginRequest = {
  method: string
  /** Path as sent, still percent-encoded. */
  path: string
  /** Query string as sent, without the question mark. */
  query: string
  headers: Record<string, string>
  sourceIp: string
  /** Reads the body; rejects with BodyTooLargeError beyond the limit. */
  body: (limitBytes: number) => Promise<Buffer>
}

/** Headers of an answer; several values only for what HTTP does not join, such as cookies. */
export type AnswerHeaders = Record<string, string | string[]>

/** Where an origin writes its answer. */
export type AnswerSink = {
  head(status: number, headers: AnswerHeaders): void
  /** A promise where the client reads more slowly than is written: it settles when there is room again, or nobody left. */
  write(chunk: Uint8Array | string): void | Promise<void>
  end(): void
  /** Closes the connection in the middle of an answer that cannot be finished. */
  cut(): void
  /** Calls back once when the client goes away before the end. */
  onAbort(callback: () => void): void
}

/** Something the front sends requests to. */
export type Origin = { handle(request: OriginRequest, answer: AnswerSink): Promise<void> }

/** The body was larger than the service accepts. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
}

/** Reads a request's body up to a limit. */
export function readBody(message: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(message.headers['content-length'] ?? 0) > limitBytes) {
      reject(new BodyTooLargeError('the body is too large'))
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limitBytes) return void chunks.push(chunk)
      message.off('data', take)
      message.pause()
      reject(new BodyTooLargeError('the body is too large'))
    }
    message.on('data', take)
    message.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    message.on('error', reject)
  })
}

/** Answers with a JSON body. */
export function answerJson(answer: AnswerSink, status: number, body: unknown, headers: AnswerHeaders = {}): void {
  const text = JSON.stringify(body)
  answer.head(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  })
  answer.write(text)
  answer.end()
}

/** Parameters of a query string with every value, decoded; undefined when there is none. */
export function queryParameters(query: string): Record<string, string[]> | undefined {
  if (query === '') return undefined
  const result: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const values = result[name]
    if (values === undefined) result[name] = [value]
    else values.push(value)
  }
  return result
}

/** Whether API Gateway hands a body of this content type to a function as text rather than base64. */
export function isTextType(contentType: string | undefined): boolean {
  return (
    contentType !== undefined && /^(text\/|application\/(json|javascript|xml)|[^;]*\+(json|xml))/i.test(contentType)
  )
}
