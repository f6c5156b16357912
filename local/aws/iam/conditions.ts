/** Values a request has for condition keys; keys are lower case. */
export type ConditionContext = Record<string, string[]>

type Compare = (actual: string, wanted: string) => boolean

const OPERATORS: Record<string, Compare> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => wildcard(wanted).test(actual),
  ArnEquals: (actual, wanted) => wildcard(wanted).test(actual),
  ArnLike: (actual, wanted) => wildcard(wanted).test(actual),
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
}

/** Keys whose values can be told from a request on a laptop. */
const KNOWN_KEYS = [
  /^dynamodb:leadingkeys$/,
  /^aws:(securetransport|requestedregion|principalaccount|resourceaccount|principalarn)$/,
  /^kms:encryptioncontext(keys$|:)/,
  /^ecs:cluster$/,
]

/** A compiled condition block. */
export type Condition = (context: ConditionContext) => boolean

/** Compiles a condition block; throws for an operator or key it cannot evaluate, so that no rule is passed over. */
export function compileConditions(block: Record<string, Record<string, string[]>>): Condition {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => compileOne(operator, key.toLowerCase(), wanted)),
  )
  return (context) => tests.every((test) => test(context))
}

function compileOne(operator: string, key: string, wanted: string[]): Condition {
  if (!KNOWN_KEYS.some((pattern) => pattern.test(key))) {
    throw new Error(`The condition key ${key} cannot be evaluated locally.`)
  }
  if (operator === 'Null') return (context) => (context[key] === undefined) === (wanted[0] === 'true')
  const [, set, ifNone, optional] = /^(ForAllValues:|ForAnyValue:)?(.+?)(IfExists)?$/.exec(operator)!
  const negated = /^(String|Arn)Not|^NumericNot/.test(ifNone!)
  const compare = OPERATORS[ifNone!.replace('Not', '')]
  if (!compare) throw new Error(`The condition operator ${operator} cannot be evaluated locally.`)
  const accepts = (actual: string) => wanted.some((one) => compare(actual, one)) !== negated
  return (context) => {
    const actual = context[key]
    if (actual === undefined) return set === 'ForAllValues:' || optional !== undefined || negated
    if (set === 'ForAllValues:') return actual.every(accepts)
    return actual.some(accepts)
  }
}

const patterns = new Map<string, RegExp>()

/** A pattern in which `*` stands for any text and `?` for one character. */
export function wildcard(pattern: string): RegExp {
  const known = patterns.get(pattern)
  if (known) return known
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^]*')
    .replace(/\?/g, '[^]')
  const compiled = new RegExp(`^${source}$`)
  patterns.set(pattern, compiled)
  return compiled
}
