import type { z } from 'zod'
import type { InputSchemas, Operation } from '#kit/define-operation.ts'
import { ApiError } from './api-error.ts'
import { type PlainRequest, request } from './request.ts'
import { accessToken, replaceToken } from './session.ts'

/** Any declared operation: only its type is taken, nothing of the server gets into the page. */
type AnyOperation = Pick<Operation<InputSchemas, z.ZodType>, 'input' | 'output'>

type Schemas<O extends AnyOperation> = O['input']
type Given<S> = S extends z.ZodType ? z.input<S> : never
type PartOf<O extends AnyOperation, Name extends keyof InputSchemas> = Name extends keyof Schemas<O>
  ? [Given<Schemas<O>[Name]>] extends [never]
    ? unknown
    : object extends Given<Schemas<O>[Name]>
      ? { [N in Name]?: Given<Schemas<O>[Name]> }
      : { [N in Name]: Given<Schemas<O>[Name]> }
  : unknown

/** What a call of an operation is given: the parts of its request, and how to send it. */
export type CallOf<O extends AnyOperation> = PartOf<O, 'params'> &
  PartOf<O, 'query'> &
  PartOf<O, 'body'> & {
    signal?: AbortSignal
    /** Repetitions with the same key are done once: give one to everything that sends or creates. */
    idempotencyKey?: string
    /** Gets the headers of the answer: where a list goes on (`X-Next-Cursor`), what time it is there (`Date`). */
    onHeaders?: (headers: Headers) => void
  }

/** What an operation answers, without the envelope of its system. */
export type AnswerOf<O extends AnyOperation> = z.output<O['output']>

/** A call of an operation. Rejects with an ApiError. */
export type Endpoint<O extends AnyOperation> = (
  ...call: object extends CallOf<O> ? [call?: CallOf<O>] : [call: CallOf<O>]
) => Promise<AnswerOf<O>>

type Loose = {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
  idempotencyKey?: string
  onHeaders?: (headers: Headers) => void
}

/** Systems whose success answers lie in `data`. */
const ENVELOPED = new Set(['cx', 'own'])

/**
 * The call of one operation, by its key. The type comes from the operation's own file, so that the page and the server cannot
 * disagree; a guard test compares the key with that file.
 *
 *     import type { operation as listConnections } from '#functions/api/connection/list-connections.ts'
 *     const connections = endpoint<typeof listConnections>('own GET /api/v1/wa-connections')
 *
 * `public` calls need no session; `flat` ones are declared with `envelope: 'flat'`.
 */
export const endpoint = <O extends AnyOperation>(
  key: string,
  options: { public?: boolean; flat?: boolean } = {},
): Endpoint<O> => {
  const [system = '', method = '', template = ''] = key.split(' ')
  return (async (call: Loose = {}) => {
    const path = template.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(call.params?.[name])))
    const { query, body, signal, idempotencyKey, onHeaders } = call
    const headers = idempotencyKey === undefined ? undefined : { 'Idempotency-Key': idempotencyKey }
    const plain: PlainRequest = { method, path, query, body, signal, headers, onHeaders }
    const answer = options.public ? await request(plain) : await signedRequest(plain)
    return ENVELOPED.has(system) && !options.flat ? (answer as { data: unknown }).data : answer
  }) as Endpoint<O>
}

/** A request in the name of the signed-in user. A token that was refused is replaced, once. */
export const signedRequest = async (plain: PlainRequest): Promise<unknown> => {
  const token = await accessToken()
  const send = (bearer: string) =>
    request({ ...plain, headers: { ...plain.headers, Authorization: `Bearer ${bearer}` } })
  try {
    return await send(token)
  } catch (error) {
    // A wrong password is refused with 401 too: asking once more would count as one more attempt.
    if (!(error instanceof ApiError) || error.status !== 401 || error.code === 'invalid_credentials') throw error
    return send(await replaceToken(token))
  }
}

/** A fresh key for one wish to send or create; a retry of the same wish uses the same one. */
export const newIdempotencyKey = (): string => crypto.randomUUID()
