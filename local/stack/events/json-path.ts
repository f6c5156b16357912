/** The value at a JSON path such as `$.detail.items[0]['a b']`; undefined where there is nothing. `$` is the whole. */
export function valueAt(path: string, value: unknown): unknown {
  let current = value
  for (const [, dotted, index, quoted] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]/g)) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string, unknown>)[dotted ?? index ?? quoted ?? '']
  }
  return current
}

/** A parameter that is either literal text or a JSON path into the event, as text. */
export function textOrPath(parameter: string, event: unknown): string {
  if (!parameter.startsWith('$.')) return parameter
  const value = valueAt(parameter, event)
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
