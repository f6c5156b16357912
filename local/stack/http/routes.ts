/** A route of an API: its key, and its path in segments. */
export type Route<Target> = { key: string; target: Target }

/** What a request matched. */
export type RouteMatch<Target> = Route<Target> & { pathParameters: Record<string, string> | undefined }

type Compiled<Target> = Route<Target> & {
  method: string
  expression: RegExp
  names: string[]
  rank: string
}

/** Finds the route for a method and path. */
export type RouteMatcher<Target> = (method: string, path: string) => RouteMatch<Target> | undefined

/**
 * Compiles route keys (`GET /a/{id}`, `ANY /b/{proxy+}`, `$default`) as API Gateway ranks them: complete paths before
 * greedy ones, literal segments before variables, a method before ANY, and `$default` last.
 */
export function compileRoutes<Target>(routes: Route<Target>[]): RouteMatcher<Target> {
  const fallback = routes.find(({ key }) => key === '$default')
  const compiled = routes
    .filter(({ key }) => key !== '$default')
    .map(compile)
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
  return (method, path) => {
    for (const { expression, names, key, target, method: wanted } of compiled) {
      if (wanted !== 'ANY' && wanted !== method) continue
      const found = expression.exec(path)
      if (found === null) continue
      const values = names.map((name, index) => [name, decode(found[index + 1]!)])
      return { key, target, pathParameters: names.length === 0 ? undefined : Object.fromEntries(values) }
    }
    return fallback && { ...fallback, pathParameters: undefined }
  }
}

function compile<Target>(route: Route<Target>): Compiled<Target> {
  const [method, path] = route.key.split(' ') as [string, string]
  const names: string[] = []
  let rank = ''
  const parts = path
    .split('/')
    .slice(1)
    .map((segment) => {
      const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? []
      if (name === undefined) {
        rank += 'a'
        return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      }
      names.push(name)
      rank += greedy === '+' ? 'c' : 'b'
      return greedy === '+' ? '(.+)' : '([^/]+)'
    })
  const greedyFirst = rank.endsWith('c') ? '1' : '0'
  // 'z' ends the rank so that of two greedy routes the longer one comes first: 'aac' before 'ac'.
  return {
    ...route,
    method,
    names,
    expression: new RegExp(`^/${parts.join('/')}$`),
    rank: `${greedyFirst}${rank}z${method === 'ANY' ? '1' : '0'}`,
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
