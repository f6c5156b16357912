import ipaddr from 'ipaddr.js'

/** Tests the leaf values at one place of an event; `present` tells whether the place exists. */
export type LeafTest = (values: unknown[], present: boolean) => boolean

type ValueTest = (value: unknown) => boolean

/**
 * Compiles one element of a pattern's list: a plain value or an operator object. Throws an error naming an unknown
 * operator, so that a pattern EventBridge would refuse does not silently match nothing.
 */
export function leafTest(element: unknown): LeafTest {
  if (typeof element !== 'object' || element === null) return anyValue((value) => value === element)
  const [operator, argument] = Object.entries(element)[0] ?? ['', undefined]
  if (operator === 'exists') return (_values, present) => present === (argument === true)
  if (operator === 'anything-but') return anythingBut(argument)
  return anyValue(valueTest(operator, argument))
}

function anyValue(test: ValueTest): LeafTest {
  return (values, present) => present && values.some(test)
}

/** `anything-but` needs a value to be there; in a list, one element outside the excluded ones is enough. */
function anythingBut(argument: unknown): LeafTest {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [operator, inner] = Object.entries(argument)[0] ?? ['', undefined]
    const excluded = (Array.isArray(inner) ? inner : [inner]).map((item) => valueTest(operator, item))
    return anyValue((value) => typeof value === 'string' && !excluded.some((test) => test(value)))
  }
  const excluded = Array.isArray(argument) ? argument : [argument]
  return anyValue((value) => !excluded.includes(value))
}

function valueTest(operator: string, argument: unknown): ValueTest {
  switch (operator) {
    case 'prefix':
      return affix(argument, (value, part) => value.startsWith(part))
    case 'suffix':
      return affix(argument, (value, part) => value.endsWith(part))
    case 'equals-ignore-case':
      return text((value) => value.toLowerCase() === String(argument).toLowerCase())
    case 'wildcard':
      return wildcard(String(argument))
    case 'numeric':
      return numeric(argument as unknown[])
    case 'cidr':
      return cidr(String(argument))
    default:
      throw new Error(`an event pattern uses the operator ${operator}, which does not exist`)
  }
}

function text(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value)
}

function affix(argument: unknown, test: (value: string, part: string) => boolean): ValueTest {
  if (typeof argument === 'object' && argument !== null && 'equals-ignore-case' in argument) {
    const part = String(argument['equals-ignore-case']).toLowerCase()
    return text((value) => test(value.toLowerCase(), part))
  }
  return text((value) => test(value, String(argument)))
}

/** `*` stands for any run of characters; a backslash makes the next `*` or backslash literal. */
function wildcard(pattern: string): ValueTest {
  const source = [...pattern.matchAll(/\\([*\\])|(\*)|([^*\\]+|\\)/g)]
    .map(([, escaped, star, plain]) => (star === undefined ? escapeForRegExp(escaped ?? plain ?? '') : '.*'))
    .join('')
  const expression = new RegExp(`^${source}$`, 's')
  return text((value) => expression.test(value))
}

function escapeForRegExp(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

function numeric(argument: unknown[]): ValueTest {
  const tests: ((value: number) => boolean)[] = []
  for (let index = 0; index < argument.length; index += 2) {
    const compare = comparisons[String(argument[index])]
    const bound = argument[index + 1]
    if (compare === undefined || typeof bound !== 'number') {
      throw new Error(`an event pattern holds the numeric test ${JSON.stringify(argument)}, which is not valid`)
    }
    tests.push((value) => compare(value, bound))
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value))
}

function cidr(range: string): ValueTest {
  const [network, bits] = ipaddr.parseCIDR(range)
  return text((value) => {
    if (!ipaddr.isValid(value)) return false
    const address = ipaddr.parse(value)
    return address.kind() === network.kind() && address.match([network, bits] as [ipaddr.IPv4, number])
  })
}
