import { useQuery } from '@tanstack/react-query'
import { request } from '../../lib/request.ts'
import { SETTINGS } from './api.ts'

type Media = { example?: unknown; examples?: Record<string, { value: unknown }> }
type Answer = { description: string; content?: Record<string, Media> }
type Described = {
  summary: string
  description?: string
  tags: string[]
  security?: Record<string, unknown>[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Answer>
}
type Document = { paths: Record<string, Record<string, Described>> }

/** One operation of the API, as its document describes it. */
export type ApiOperation = Described & { id: string; method: string; path: string; credentials: string[] }

/** How a request carries each kind of credential. */
const HEADERS: Record<string, string> = {
  apiKey: 'Authorization: ceox_YOUR_KEY',
  userToken: 'Authorization: Bearer ACCESS_TOKEN',
  clientCredential: 'Authorization: Basic BASE64(CLIENT_ID:CLIENT_SECRET)',
  matrixToken: 'Authorization: Bearer mt_TOKEN',
  deviceToken: 'token: DEVICE_TOKEN',
  managerKey: 'apikey: MANAGER_KEY',
  adminToken: 'Authorization: ADMIN_TOKEN',
}

const operationsOf = ({ paths }: Document): ApiOperation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const named = (operation.security ?? []).flatMap((one) => Object.keys(one))
      const credentials = named.length > 0 ? [...new Set(named)] : ['none']
      return { ...operation, id: `${method} ${path}`, method: method.toUpperCase(), path, credentials }
    }),
  )

/** The operations of this installation. */
export const useOperations = () =>
  useQuery({
    queryKey: [...SETTINGS, 'openapi'],
    queryFn: async ({ signal }) =>
      operationsOf((await request({ method: 'GET', path: '/openapi.json', signal })) as Document),
    staleTime: Number.POSITIVE_INFINITY,
  })

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A call of an operation for a shell, with one kind of credential. */
export const curlOf = (operation: ApiOperation, credential: string, origin: string): string => {
  const media = operation.requestBody?.content['application/json']
  const query = credential === 'sessionToken' ? '?token=DEVICE_TOKEN' : ''
  const header = HEADERS[credential]
  const lines = [`curl -X ${operation.method} ${quoted(origin + operation.path + query)}`]
  if (header) lines.push(`-H ${quoted(header)}`)
  if (media) {
    lines.push(`-H ${quoted('Content-Type: application/json')}`)
    lines.push(`-d ${quoted(JSON.stringify(media.example ?? {}, null, 2))}`)
  }
  return lines.join(' \\\n  ')
}
