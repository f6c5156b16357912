import { z } from 'zod'
import type { ErrorForm, Operation, System } from '../define-operation.ts'
import type { AppError } from '../errors.ts'
import { fieldsInWords, refusalInWords, type Style } from './style.ts'

/** The fields of an object's schema beside `more`; what is no object stays as it is. */
const beside = (output: z.ZodType, more: z.ZodRawShape): z.ZodType =>
  output instanceof z.ZodObject ? output.safeExtend(more) : output

const digigoCode = z.number().int().describe('The HTTP status')

/**
 * DIGIGO. Success envelopes: `standard` (`{code, data, success}`), `bare` (`{code, data}` without `success`), `merged` (the
 * handler's object beside code and success), `flat` (the handler's object as it is). Forms of failure: `{code, error, success}`
 * unless the operation names `bare` (`{error}`), `text` (the sentence alone), `data` (`{code, data, success}`), `message`
 * (`{message, success}`) or `facts` (`{code, error}` and the error's data beside them). The two texts of 401 and the present state of a session (`no session`) are bare in most of the document,
 * and so here unless a form is named; a 401 is bare, `coded` or `data`.
 */
const digigo: Style = {
  success: (data, status, { envelope }) => {
    if (envelope === 'flat') return data
    if (envelope === 'bare') return { code: status, data }
    if (envelope === 'merged') return { code: status, ...(data as object), success: true }
    return { code: status, data, success: true }
  },
  schema: ({ envelope, output }) => {
    if (envelope === 'flat') return output
    if (envelope === 'bare') return z.object({ code: digigoCode, data: output })
    if (envelope === 'merged') return beside(output, { code: digigoCode, success: z.literal(true) })
    return z.object({ code: digigoCode, data: output, success: z.literal(true) })
  },
  failure: ({ error, operation }) => {
    const isMissing = error.code === 'unauthenticated'
    const text = isMissing
      ? unauthorised(operation)
      : (refusalInWords(error, operation?.refusals) ?? fieldsInWords(error))
    const form = digigoForm(error, operation)
    if (form === 'bare') return { error: text }
    if (form === 'message') return { success: false, message: text }
    if (form === 'text') return text
    if (form === 'facts') return { code: error.status, error: text, ...error.data }
    if (form === 'data') return { code: error.status, data: text, success: false }
    return { code: error.status, error: text, success: false, ...(error.data && { details: error.data }) }
  },
}

const digigoForm = (error: AppError, operation: Operation | undefined): ErrorForm => {
  const named = operation?.errorForm
  const form = typeof named === 'object' ? named[error.status] : named
  if (error.code === 'unauthenticated') return form === 'coded' || form === 'data' ? form : 'bare'
  return form ?? (error.code === 'no_session' ? 'bare' : 'coded')
}

const unauthorised = (operation: Operation | undefined): string =>
  operation?.auth.includes('adminToken') ? 'unauthorized - admin token required' : 'unauthorized'

/** Manager: flat, with a boolean `status`. */
const manager: Style = {
  success: (data) => ({ status: true, ...(data as object) }),
  schema: ({ output }) =>
    output instanceof z.ZodObject && 'status' in output.shape ? output : beside(output, { status: z.boolean() }),
  failure: ({ error }) => ({ status: false, message: fieldsInWords(error), code: error.code, ...error.data }),
}

/** CEOX: plain values; errors name code and text. */
const ceox: Style = {
  success: (data) => data,
  schema: ({ output }) => output,
  failure: ({ error }) => ({
    error: fieldsInWords(error),
    code: error.code,
    ...(error.details && { details: error.details }),
    ...error.data,
  }),
}

/** Guide: plain values; errors are a sentence, with its code beside it and what the error tells more. */
const guide: Style = {
  success: (data) => data,
  schema: ({ output }) => output,
  failure: ({ error }) => ({ error: fieldsInWords(error), code: error.code, ...error.data }),
}

/** CX, and what is our own: `{data}`, errors with code, message and details. */
const cx: Style = {
  success: (data, _status, { envelope }) => (envelope === 'flat' ? data : { data }),
  schema: ({ envelope, output }) => (envelope === 'flat' ? output : z.object({ data: output })),
  failure: ({ error, requestId }) => ({
    error: { code: error.code, message: error.message, details: error.details, data: error.data },
    requestId,
  }),
}

/** The style of each system. */
export const STYLES: Record<System, Style> = { digigo, manager, ceox, guide, cx, own: cx }
