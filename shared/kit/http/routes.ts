import type { CredentialKind } from '../actor.ts'
import type { Operation, System } from '../define-operation.ts'
import { presentedCredentials } from './authenticate.ts'
import type { HttpRequest } from './request.ts'

/** Operations on one method and path. The documents may name the path's parameters differently. */
export type Route = { method: Operation['method']; path: string; variants: Operation[] }

/** What is known of an operation where it is not at hand: enough to say what a path supports, and whose it is. */
export type KnownRoute = Pick<Operation, 'method' | 'path' | 'system'>

const shapeOf = (path: string): string => path.replace(/\{[^}]+\}/g, '{}')

/** Sorts a literal segment before a parameter in the same place. */
const rank = (path: string): string => shapeOf(path).replaceAll('{}', '\uffff')

/** The routes of these operations, in the order in which they are tried. */
export const routesOf = (operations: readonly Operation[]): Route[] => {
  const routes = new Map<string, Route>()
  for (const operation of operations) {
    const { method, path } = operation
    const name = `${method} ${shapeOf(path)}`
    const route = routes.get(name) ?? { method, path, variants: [] }
    route.variants.push(operation)
    routes.set(name, route)
  }
  return [...routes.values()].sort((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1))
}

const namesIn = (path: string): string[] => [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '')

/** The path parameters of a request by the names the operation gives them, decoded. */
export const paramsFor = (
  operation: Operation,
  routePath: string,
  found: Record<string, string | undefined>,
): Record<string, string> => {
  const values = namesIn(routePath).map((name) => decoded(found[name] ?? ''))
  return Object.fromEntries(namesIn(operation.path).map((name, at) => [name, values[at] ?? '']))
}

/** API Gateway decodes some paths before it hands them on: then a percent sign stands for itself. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`)

/** Routes whose path fits, whatever their method. */
export const routesAt = (known: readonly KnownRoute[], path: string): KnownRoute[] =>
  known.filter((route) => patternOf(route.path).test(path))

const CLIENT_OF: Partial<Record<CredentialKind, System>> = {
  adminToken: 'digigo',
  deviceToken: 'digigo',
  managerKey: 'manager',
  clientCredential: 'guide',
  matrixToken: 'guide',
}

/** Below which beginning of a path each document has its operations, the longest first. */
const BASES: readonly { base: string; systems: readonly System[] }[] = [
  { base: '/api/v1/', systems: ['cx', 'ceox', 'guide'] },
  { base: '/api/', systems: ['manager'] },
  { base: '/', systems: ['digigo'] },
]

/**
 * In whose form to answer a request that fits no operation: of the documents at the beginning of its path that `known` has,
 * the one whose credential came along, else the first.
 */
export const systemOf = (known: readonly KnownRoute[], request: HttpRequest): System => {
  const has = new Set(known.map(({ system }) => system))
  const { systems = [] } = BASES.find(({ base }) => `${request.path}/`.startsWith(base)) ?? {}
  const possible = systems.filter((system) => has.has(system))
  const [presented] = presentedCredentials(request)
  const client = presented?.document ?? (presented && CLIENT_OF[presented.kind])
  return possible.find((system) => system === client) ?? possible[0] ?? known[0]?.system ?? 'own'
}
