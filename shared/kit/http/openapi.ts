import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi'
import type { CredentialKind } from '../actor.ts'
import { type Operation, type System, waitsForWhatsApp } from '../define-operation.ts'
import { type ErrorCode, fail, statusOf } from '../errors.ts'
import { VERSION } from '../version.ts'
import { STYLES } from './styles.ts'

const SECURITY = {
  adminToken: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'DIGIGO admin token, without a scheme',
  },
  deviceToken: { type: 'apiKey', in: 'header', name: 'token', description: 'Token of one device' },
  sessionToken: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: 'Token of one device where the Manager has it: in the query, or as `token` of the body',
  },
  managerKey: { type: 'apiKey', in: 'header', name: 'apikey', description: 'Manager key' },
  apiKey: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'API key, `ceox_…`, without a scheme' },
  userToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token of a user' },
  clientCredential: { type: 'http', scheme: 'basic', description: 'Client id and secret' },
  matrixToken: { type: 'http', scheme: 'bearer', bearerFormat: 'mt_…', description: 'Token of a client' },
} as const

const NAMES: Record<System, string> = {
  digigo: 'DIGIGO',
  cx: 'CX',
  ceox: 'CEOX',
  guide: 'Guide',
  manager: 'Manager',
  own: 'Switchboard',
}

type Parameters = NonNullable<ZodOpenApiOperationObject['requestParams']>

/** The OpenAPI 3.1 document of these operations. Operations of two documents on one path share its entry, told apart by tag. */
export const openApiDocument = (operations: readonly Operation[]) =>
  createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Switchboard',
      version: VERSION,
      description:
        'A WhatsApp gateway and team inbox. Operations of five published APIs on one host; the credential says which one a request means.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(tagOf))].sort().map((name) => ({ name })),
    components: { securitySchemes: SECURITY },
    paths: pathsOf(operations),
  })

const tagOf = (operation: Operation): string => `${NAMES[operation.system]}: ${operation.group}`

const pathsOf = (operations: readonly Operation[]): ZodOpenApiPathsObject => {
  const paths: ZodOpenApiPathsObject = {}
  for (const operation of [...operations].sort((a, b) => a.path.localeCompare(b.path) || a.key.localeCompare(b.key))) {
    const method = operation.method.toLowerCase() as 'get'
    const path = paths[operation.path] ?? {}
    paths[operation.path] = path
    const described = describe(operation)
    const first = path[method]
    path[method] = first ? merge(first, described) : described
  }
  return paths
}

const describe = (operation: Operation): ZodOpenApiOperationObject => ({
  operationId: operation.key.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, ''),
  summary: operation.summary,
  description: operation.description,
  tags: [tagOf(operation)],
  security: isPublic(operation)
    ? []
    : operation.auth.filter((kind) => kind in SECURITY).map((kind) => ({ [kind]: [] })),
  requestParams: paramsOf(operation),
  requestBody: operation.input.body && {
    content: {
      'application/json': { schema: operation.input.body, example: operation.examples?.body },
      ...(operation.multipart && { 'multipart/form-data': { schema: operation.input.body } }),
    },
  },
  responses: { ...failuresOf(operation), ...successOf(operation) },
})

const idempotencyHeader = {
  'Idempotency-Key': z.string().min(1).max(255).optional().describe('Repetitions with the same key are done once'),
}

const preferHeader = {
  Prefer: z.string().optional().describe('`respond-async`: answer with 202 as soon as the message is queued'),
}

const appliedHeader = {
  'Preference-Applied': z.literal('respond-async').optional().describe('`Prefer` was followed: nobody waited'),
}

const paramsOf = (operation: Operation): Parameters | undefined => {
  const { params, query } = operation.input
  const names = [...operation.path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '')
  const requestParams: Parameters = {}
  if (params instanceof z.ZodObject) requestParams.path = params
  else if (names.length > 0) requestParams.path = z.object(Object.fromEntries(names.map((name) => [name, z.string()])))
  if (query instanceof z.ZodObject) requestParams.query = query
  const headers = { ...(operation.idempotent && idempotencyHeader), ...(waitsForWhatsApp(operation) && preferHeader) }
  if (Object.keys(headers).length > 0) requestParams.header = z.object(headers)
  return Object.keys(requestParams).length > 0 ? requestParams : undefined
}

const successOf = (operation: Operation): ZodOpenApiResponsesObject => {
  const schema = STYLES[operation.system].schema(operation)
  const type = operation.contentType ?? 'application/json'
  const content = operation.status === 302 ? undefined : { [type]: { schema } }
  const queued = waitsForWhatsApp(operation) && {
    202: { description: 'Queued, for a caller who does not wait', headers: z.object(appliedHeader), content },
  }
  return { [String(operation.status ?? 200)]: { description: 'Success', content }, ...queued }
}

/** Each status once, with an example for every code that has it. */
const failuresOf = (operation: Operation): ZodOpenApiResponsesObject => {
  const always: ErrorCode[] = isPublic(operation) ? [] : ['unauthenticated']
  const codes = [...new Set([...operation.errors, ...always, ...(operation.capability ? ['forbidden' as const] : [])])]
  const byStatus = Map.groupBy(codes, (code) => String(statusOf(code)))
  return Object.fromEntries([...byStatus].map(([status, those]) => [status, failureOf(operation, those)]))
}

const failureOf = (operation: Operation, codes: ErrorCode[]) => {
  const exampleOf = (code: ErrorCode) => ({
    value: STYLES[operation.system].failure({ error: fail(code), operation, requestId: 'req_…' }),
  })
  return {
    description: codes.map((code) => fail(code).message).join(' · '),
    content: { 'application/json': { examples: Object.fromEntries(codes.map((code) => [code, exampleOf(code)])) } },
  }
}

const isPublic = ({ auth }: { auth: readonly CredentialKind[] }): boolean => auth.includes('none')

type Body = NonNullable<ZodOpenApiOperationObject['requestBody']>

const JSON_TYPE = 'application/json'

/** Two documents on one method and path: both texts and credentials, either body, either answer. */
const merge = (a: ZodOpenApiOperationObject, b: ZodOpenApiOperationObject): ZodOpenApiOperationObject => ({
  ...a,
  summary: `${a.summary} / ${b.summary}`,
  tags: [...(a.tags ?? []), ...(b.tags ?? [])],
  security: [...(a.security ?? []), ...(b.security ?? [])],
  requestParams: eitherHeaders(a.requestParams, b.requestParams),
  requestBody:
    a.requestBody && b.requestBody ? eitherBody(a.requestBody, b.requestBody) : (a.requestBody ?? b.requestBody),
  responses: { ...b.responses, ...a.responses, ...eitherAnswer(a.responses, b.responses) },
})

const either = (a: unknown, b: unknown): z.ZodType | undefined =>
  a instanceof z.ZodType && b instanceof z.ZodType ? z.union([a, b]) : undefined

/** The parameters of the first, with the headers of both. */
const eitherHeaders = (a: Parameters | undefined, b: Parameters | undefined): Parameters | undefined =>
  b?.header instanceof z.ZodObject
    ? { ...a, header: a?.header instanceof z.ZodObject ? b.header.extend(a.header.shape) : b.header }
    : a

const eitherBody = (a: Body, b: Body): Body => ({
  content: { [JSON_TYPE]: { schema: either(a.content[JSON_TYPE]?.schema, b.content[JSON_TYPE]?.schema) } },
})

const eitherAnswer = (
  a: ZodOpenApiResponsesObject | undefined,
  b: ZodOpenApiResponsesObject | undefined,
): ZodOpenApiResponsesObject => {
  const answerOf = (responses: ZodOpenApiResponsesObject | undefined, status: string): ZodOpenApiResponseObject =>
    (responses?.[status as '200'] ?? {}) as ZodOpenApiResponseObject
  const merged = ['200', '201', '202'].flatMap((status) => {
    const [one, other] = [answerOf(a, status), answerOf(b, status)]
    const schema = either(one.content?.[JSON_TYPE]?.schema, other.content?.[JSON_TYPE]?.schema)
    const headers = one.headers ?? other.headers
    return schema ? [[status, { description: 'Success', headers, content: { [JSON_TYPE]: { schema } } }]] : []
  })
  return Object.fromEntries(merged) as ZodOpenApiResponsesObject
}
