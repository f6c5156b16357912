import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Actor, CredentialKind } from './actor.ts'
import type { Context } from './context.ts'
import type { ErrorCode } from './errors.ts'
import type { HttpRequest } from './http/request.ts'
import type { Needs } from './resources.ts'

/** The systems whose documents describe operations; `own` is what none of them has. */
export type System = 'digigo' | 'cx' | 'ceox' | 'guide' | 'manager' | 'own'

/** A form that failures of a document have. */
export type ErrorForm = 'coded' | 'bare' | 'text' | 'data' | 'message' | 'facts'

/** Schemas of the parts of a request. An absent part is not read. */
export type InputSchemas = {
  params?: z.ZodType
  query?: z.ZodType
  headers?: z.ZodType
  body?: z.ZodType
}

type Part<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** The parsed parts of a request. */
export type Input<S extends InputSchemas> = {
  params: Part<S['params']>
  query: Part<S['query']>
  headers: Part<S['headers']>
  body: Part<S['body']>
}

/**
 * What a handler may answer beside plain data: another status, headers, or a body that no envelope goes around. `stream` is such
 * a body that leaves as it is read, of any length; only an operation with `streaming` has it, and headers say what it is.
 */
export type Answer = {
  status?: number
  headers?: Record<string, string>
  body?: unknown
  raw?: string | Uint8Array
  stream?: Readable
}

/**
 * One operation: everything that is known about it, in one file. Routes, authentication, validation, error bodies, the
 * OpenAPI document, grants, guard tests and contract coverage are derived from this value.
 *
 * `key` is the contract key `system METHOD path` (path parameters as `{name}`), or `own METHOD path`.
 * `style` names how success and failure look; it defaults to the system.
 * `auth` lists the accepted credentials; `none` stands alone and means public.
 */
export type Operation<S extends InputSchemas = InputSchemas, R extends z.ZodType = z.ZodType> = {
  key: string
  system: System
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  group: string
  summary: string
  description?: string
  style: string
  auth: readonly CredentialKind[]
  capability?: string
  input: S
  /** Schema of the success value the handler gives, before the style's envelope. */
  output: R
  /** Success status; 200 unless stated. */
  status?: number
  /** Options for the style, for example which of the document's envelopes this answer has. */
  envelope?: 'standard' | 'bare' | 'merged' | 'flat'
  /** Which of the document's forms failures have, where it shows several: one for all, or by status; the style says which there are. */
  errorForm?: ErrorForm | Partial<Record<number, ErrorForm>>
  /** The document's own sentences for fields that are missing or wrong; the first that fits is the whole text of the error. */
  refusals?: Refusals
  /** Media type of a success body that is not JSON. */
  contentType?: string
  errors: readonly ErrorCode[]
  needs: Needs
  /** True when `Idempotency-Key` is honoured: every POST that sends or creates. */
  idempotent?: boolean
  /** True when the body may come as a multipart form too; its files are `FormFile`s. */
  multipart?: boolean
  /**
   * True when its answers leave while they are made (files, server-sent events): up to 15 minutes and 200 MB, where others end
   * at 29 seconds and 6 MB. The route, a function of its own and the way to it follow from this.
   */
  streaming?: boolean
  examples?: { body?: unknown; query?: Record<string, string> }
  handler: (ctx: OperationContext, input: Input<S>) => Promise<z.input<R> | AnswerValue>
}

/** A handler's answer with its own status, headers or raw body; made by `answer()`. */
export type AnswerValue = { [ANSWER]: Answer }

/** Errors that only a caller who waited for WhatsApp can get. */
const OF_WAITING: readonly ErrorCode[] = ['send_failed', 'outcome_unknown']

/** Whether an operation waits for what WhatsApp says of a message: then a caller may ask not to, and gets 202. */
export const waitsForWhatsApp = ({ errors }: Pick<Operation, 'errors'>): boolean =>
  errors.some((code) => OF_WAITING.includes(code))

/** Marks a value as an `Answer` rather than data to be put in the envelope. */
const ANSWER: unique symbol = Symbol('answer')

/** Answers with something else than the plain success value. */
export const answer = (value: Answer): AnswerValue => ({ [ANSWER]: value })

/** What a handler gave, as an answer: with status, headers and body as it set them, or plain data as the body. */
export const answerOf = (value: unknown): Answer =>
  typeof value === 'object' && value !== null && ANSWER in value ? (value as AnswerValue)[ANSWER] : { body: value }

/** Context of one request: who asks, the clock, the log, and the request's id. */
export type OperationContext = Context & {
  actor: Actor
  requestId: string
  request: HttpRequest
  idempotencyKey: string | undefined
  /** Set when an `Idempotency-Key` was given: the WhatsApp message id that every repetition of the request uses. */
  reserved: { messageId: string } | undefined
  /** The caller does not want to wait for the outcome (`Prefer: respond-async`). */
  preferAsync: boolean
}

/**
 * Sentences by the name of a field (`body`: what is no JSON object), in the order in which the document's service looks. With two,
 * one is for a field that is missing or empty, one for a wrong value; without the one that is needed the field is named as usual.
 */
export type Refusals = Readonly<Record<string, string | { missing?: string; wrong?: string }>>

/** What an operation file states; the rest of `Operation` follows from the key. */
export type OperationSpec<S extends InputSchemas, R extends z.ZodType> = Omit<
  Operation<S, R>,
  'system' | 'method' | 'path' | 'style'
> & { style?: string }

/** Declares an operation from its contract key and rules. Throws at load when the key is malformed. */
export const defineOperation = <S extends InputSchemas, R extends z.ZodType>(
  spec: OperationSpec<S, R>,
): Operation<S, R> => {
  const match = /^(digigo|cx|ceox|guide|manager|own) (GET|POST|PUT|PATCH|DELETE) (\/\S*)$/.exec(spec.key)
  if (!match) throw new Error(`operation key "${spec.key}" is not "system METHOD /path"`)
  if (spec.streaming && spec.idempotent)
    throw new Error(`${spec.key}: an answer that streams cannot be kept for repetitions`)
  const [, system, method, path] = match as unknown as [string, System, Operation['method'], string]
  return { ...spec, system, method, path, style: spec.style ?? system, needs: withKernelNeeds(spec) }
}

/** What the kernel itself does for an operation before its handler runs: find the credential (and note its use), reserve the key. */
const withKernelNeeds = ({ auth, idempotent, needs }: Pick<Operation, 'auth' | 'idempotent' | 'needs'>): Needs => {
  if (!idempotent && auth.every((kind) => kind === 'none')) return needs
  // The use of an API key is noted with it.
  const writes = idempotent || auth.includes('apiKey')
  const main = writes || needs.main === 'write' || needs.main === 'readWrite' ? 'readWrite' : 'read'
  return { ...needs, main, platformSecret: 'read' }
}
