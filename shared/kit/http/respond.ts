import type { Readable } from 'node:stream'
import { answerOf, type Operation, type System } from '../define-operation.ts'
import type { AppError } from '../errors.ts'
import { STYLES } from './styles.ts'

/** An answer on its way to API Gateway. With a `stream` the body is empty: it comes from there. */
export type Result = {
  statusCode: number
  headers: Record<string, string>
  body: string
  isBase64Encoded?: boolean
  stream?: Readable
}

/** The result with the headers that every answer has. */
export const respond = (
  status: number,
  body: string,
  requestId: string,
  headers: Record<string, string> = {},
): Result => ({
  statusCode: status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': requestId,
    'cache-control': 'no-store',
    ...headers,
  },
  body,
})

/** What a handler gave, in the form of the operation's document. */
export const succeeded = (value: unknown, operation: Operation, requestId: string): Result => {
  const special = answerOf(value)
  const status = special.status ?? operation.status ?? 200
  if (special.stream) return { ...respond(status, '', requestId, special.headers), stream: special.stream }
  if (special.raw !== undefined) {
    const binary = typeof special.raw !== 'string'
    const body = typeof special.raw === 'string' ? special.raw : Buffer.from(special.raw).toString('base64')
    return { ...respond(status, body, requestId, special.headers), isBase64Encoded: binary }
  }
  const body = STYLES[operation.system].success(special.body, status, operation)
  return respond(status, JSON.stringify(body ?? {}), requestId, special.headers)
}

/** A failure in the form of a document: the operation's, or where no operation was reached, the given system's. */
export const failed = (
  error: AppError,
  at: { operation: Operation } | { system: System },
  requestId: string,
  headers: Record<string, string> = {},
): Result => {
  const operation = 'operation' in at ? at.operation : undefined
  const style = STYLES['operation' in at ? at.operation.system : at.system]
  const retryAfter = error.data?.retryAfterSeconds
  return respond(error.status, JSON.stringify(style.failure({ error, operation, requestId })), requestId, {
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...headers,
  })
}
