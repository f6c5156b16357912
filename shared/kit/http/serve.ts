import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Key } from '#data/expressions.ts'
import { type Actor, can } from '../actor.ts'
import type { Context } from '../context.ts'
import { type Operation, type OperationContext, waitsForWhatsApp } from '../define-operation.ts'
import { fail, toAppError } from '../errors.ts'
import { newId } from '../ids.ts'
import { authenticate } from './authenticate.ts'
import { chooseOperation } from './choose.ts'
import { isMultipart } from './form.ts'
import { type Reservation, reserve, settle } from './idempotency.ts'
import { bodyOf, type HttpRequest, readRequest } from './request.ts'
import { failed, type Result, respond, succeeded } from './respond.ts'
import { paramsFor, type Route } from './routes.ts'
import { validate } from './validate.ts'

/** One request with everything the steps need to know about it. `actor` is known once it is authenticated. */
type Call = {
  base: Context
  operation: Operation
  request: HttpRequest
  params: Record<string, string>
  requestId: string
  actor?: Actor
}

/**
 * Takes one request through the steps: choose, authenticate, authorise, validate, reserve the idempotency key, work, answer in
 * the document's form. Never throws.
 */
export const serve = async (base: Context, route: Route, event: APIGatewayProxyEventV2): Promise<Result> => {
  const requestId = newId('request')
  const request = readRequest(event)
  const operation = chooseOperation(route.variants, request)
  const params = paramsFor(operation, route.path, event.pathParameters ?? {})
  const call: Call = { base, operation, request, params, requestId }
  const started = base.clock.monotonicMs()
  const { result, code } = await attempt(call)
  base.log.info('request', {
    requestId,
    operation: operation.key,
    status: result.statusCode,
    code,
    tenantId: call.actor?.tenantId || undefined,
    credential: call.actor?.kind,
    ms: Math.round(base.clock.monotonicMs() - started),
  })
  return result
}

const attempt = async (call: Call): Promise<{ result: Result; code?: string }> => {
  const { base, operation, requestId } = call
  try {
    return { result: await run(call) }
  } catch (thrown) {
    const error = toAppError(thrown)
    const facts = { requestId, operation: operation.key, error: error.cause ?? error, ...error.internal }
    if (error.code === 'internal_error') base.log.error('request failed', facts)
    else if (error.code === 'try_again') base.log.warn('request postponed', facts)
    return { result: failed(error, { operation }, requestId), code: error.code }
  }
}

const run = async (call: Call): Promise<Result> => {
  const { base, operation, request, params, requestId } = call
  const actor = await authenticate(base, request, operation.auth)
  call.actor = actor
  if (operation.capability && !can(actor, operation.capability)) throw fail('forbidden')
  const body = operation.input.body ? await bodyOf(request, operation.multipart === true) : undefined
  const parts = { params, query: request.query, headers: request.headers, body }
  // Clients of the DIGIGO API send fields they do not use as null or with an empty text.
  const input = validate(operation.input, parts, { emptyIsAbsent: operation.system === 'digigo' })
  const idempotencyKey = operation.idempotent ? checkedKey(request.headers['idempotency-key']) : undefined
  const reservation = idempotencyKey === undefined ? undefined : await reserveFor(call, actor, idempotencyKey, body)
  if (reservation && 'repeat' in reservation) {
    const { status, body } = reservation.repeat
    return respond(status, body, requestId, { 'idempotent-replayed': 'true' })
  }
  const asksNotToWait = /(^|[,;\s])respond-async($|[,;\s])/.test(request.headers.prefer ?? '')
  const ctx: OperationContext = {
    clock: base.clock,
    log: base.log,
    get main() {
      return base.main
    },
    actor,
    requestId,
    request,
    idempotencyKey,
    reserved: reservation && { messageId: reservation.messageId },
    preferAsync: asksNotToWait && waitsForWhatsApp(operation),
  }
  try {
    const result = withPreference(succeeded(await operation.handler(ctx, input), operation, requestId), asksNotToWait)
    await keep(call, reservation, result)
    return result
  } catch (thrown) {
    await keep(call, reservation, failed(toAppError(thrown), { operation }, requestId))
    throw thrown
  }
}

/** Says that the caller does not wait because it asked for that, whichever operation answered 202. */
const withPreference = (result: Result, asksNotToWait: boolean): Result =>
  asksNotToWait && result.statusCode === 202
    ? { ...result, headers: { ...result.headers, 'preference-applied': 'respond-async' } }
    : result

/** Keeps an answer for repetitions. What was done stays done when that fails: the caller gets the answer all the same. */
const keep = async (
  { base, requestId }: Call,
  reservation: { key: Key } | undefined,
  result: Result,
): Promise<void> => {
  if (!reservation) return
  try {
    await settle(base, reservation.key, { status: result.statusCode, body: result.body })
  } catch (error) {
    base.log.error('the answer could not be kept for repetitions', { requestId, error })
  }
}

const reserveFor = (
  { base, operation, request }: Call,
  actor: Actor,
  idempotencyKey: string,
  body: unknown,
): Promise<Reservation> => {
  const address = `${request.path}?${new URLSearchParams(request.query)}`
  // A form is compared by what it says: its boundary is another one each time it is sent.
  const said = isMultipart(request.headers['content-type']) && operation.multipart ? JSON.stringify(body) : request.text
  return reserve(base, actor, { operation: operation.key, idempotencyKey, address, body: said })
}

const checkedKey = (key: string | undefined): string | undefined => {
  if (key !== undefined && (key.length < 1 || key.length > 255)) {
    const message = 'has 1 to 255 characters'
    throw fail('validation_failed', { details: [{ path: 'Idempotency-Key', message }] })
  }
  return key
}
