import type { KnownRoute } from '#kit/http/routes.ts'
import type { Needs } from '#kit/resources.ts'
import type { Domain } from './catalogue.ts'

/** The union of what all operations of a domain need: they share one function, which also checks where a request came from. */
export const needsOf = (domain: Domain): Needs => {
  const needs: Record<string, string> = { frontSecret: 'read' }
  for (const { value } of domain.operations) {
    for (const [name, access] of Object.entries(value.needs)) needs[name] = wider(needs[name], access)
  }
  return needs as Needs
}

/** The access that covers both. Throws for two that no single access covers. */
const wider = (one: string | undefined, other: string): string => {
  if (one === undefined || one === other) return other
  if ([one, other].every((access) => ['read', 'write', 'readWrite'].includes(access))) return 'readWrite'
  if ([one, other].every((access) => ['encrypt', 'use'].includes(access))) return 'use'
  throw new Error(`one domain cannot need both "${one}" and "${other}" of a resource`)
}

/** First segments of a path that decide its domain: `/chat`, `/api/send`, `/api/v1/users`. */
const prefixOf = (path: string): string => {
  const segments = path.split('/').slice(1)
  const depth = segments[0] !== 'api' ? 1 : segments[1] !== 'v1' ? 2 : 3
  return `/${segments.slice(0, depth).join('/')}`
}

/** The greedy routes of a domain: a prefix on its own where an operation has exactly that path, and everything below it. */
export const routesOf = (domain: Domain): string[] => {
  const paths = domain.operations.map(({ value }) => value.path)
  const exact = paths.filter((path) => path === prefixOf(path))
  const below = paths.filter((path) => path !== prefixOf(path)).map((path) => `${prefixOf(path)}/{proxy+}`)
  return [...new Set([...exact, ...below])].sort()
}

/** Throws when two domains claim one prefix: a request could only reach one of them. */
export const assertOwnPrefixes = (domains: Domain[]): void => {
  const owners = new Map<string, string>()
  for (const domain of domains) {
    for (const { file, value } of domain.operations) {
      const prefix = prefixOf(value.path)
      const owner = owners.get(prefix) ?? domain.name
      if (owner !== domain.name) throw new Error(`${file}: the prefix ${prefix} belongs to the domain "${owner}"`)
      owners.set(prefix, owner)
    }
  }
}

/** The domain whose function answers every path that no route leads to. */
export const FALLBACK_DOMAIN = 'system'

/** What that function has to know of all operations, to tell a wrong path from a wrong method. */
export const knownRoutes = (domains: Domain[]): KnownRoute[] =>
  domains.flatMap(({ operations }) =>
    operations.map(({ value: { method, path, system } }) => ({ method, path, system })),
  )

/** The path patterns of CloudFront that lead to the domain's operations with `streaming`. */
export const streamPatterns = ({ operations }: Domain): string[] => [
  ...new Set(operations.filter(({ value }) => value.streaming).map(({ value }) => patternOf(value.path))),
]

const patternOf = (path: string): string => path.replace(/\{[^}]+\}/g, '*')

/** Whether CloudFront sends requests for an operation to a pattern's origin: a star stands for any text, slashes too. */
const leadsTo = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^$()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(
    patternOf(path).replaceAll('*', 'x'),
  )

/**
 * The domains in two parts, each a function of its own: operations whose answers leave whole, and those that stream, with
 * whatever other operations of the domain lie under the same patterns. Throws when a pattern would take another domain's.
 */
export const splitDomains = (domains: Domain[]): { whole: Domain[]; streaming: Domain[] } => {
  const taken = (domain: Domain, path: string): boolean =>
    streamPatterns(domain).some((pattern) => leadsTo(pattern, path))
  for (const domain of domains) {
    for (const { file, value } of domain.operations) {
      const other = domains.find((one) => one !== domain && taken(one, value.path))
      if (other)
        throw new Error(`${file}: requests for ${value.path} would reach what streams in the domain "${other.name}"`)
    }
  }
  const part = (streams: boolean): Domain[] =>
    domains
      .map((domain) => ({
        name: domain.name,
        operations: domain.operations.filter(({ value }) => taken(domain, value.path) === streams),
      }))
      .filter(({ operations }) => operations.length > 0)
  return { whole: part(false), streaming: part(true) }
}
