/**
 * Compiles a path pattern of a cache behaviour: `*` stands for any run of characters, `?` for one, and case matters. The
 * leading slash may be missing.
 */
export function compilePathPattern(pattern: string): (path: string) => boolean {
  const source = `/${pattern.replace(/^\//, '')}`
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${source}$`, 's')
  return (path) => expression.test(path)
}
