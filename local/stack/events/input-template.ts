/**
 * Fills the `<name>` variables of an input template of a rule or a pipe. Inside quotes a value becomes text of that
 * string; elsewhere it becomes JSON. A variable without a value becomes an empty string.
 */
export function fillTemplate(template: string, lookUp: (name: string) => unknown): string {
  let quoted = false
  let result = ''
  for (let at = 0; at < template.length; at += 1) {
    const character = template[at]!
    const [whole, name] = character === '<' ? (/^<([$\w][^<>"]*)>/.exec(template.slice(at)) ?? []) : []
    if (whole !== undefined) {
      result += quoted ? insideQuotes(lookUp(name!)) : JSON.stringify(lookUp(name!) ?? '')
      at += whole.length - 1
      continue
    }
    if (character === '\\') {
      result += character + (template[at + 1] ?? '')
      at += 1
      continue
    }
    if (character === '"') quoted = !quoted
    result += character
  }
  return result
}

function insideQuotes(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  return JSON.stringify(text).slice(1, -1)
}
