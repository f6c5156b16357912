/** What a template's functions need to know of their surroundings. */
export type Intrinsics = {
  ref(name: string): unknown
  attribute(logicalId: string, attribute: string): unknown
  condition(name: string): boolean
  mapping(map: string, top: string, second: string): unknown
  importValue(name: string): unknown
  stackOutput(stack: string, name: string): unknown
}

/** What `AWS::NoValue` resolves to: the property or list element that holds it disappears. */
const noValue = Symbol('AWS::NoValue')

/** Whether a value is a plain object of a template. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Replaces every function of a template expression by its value. Throws an error naming an unknown function. */
export function resolveIntrinsics(expression: unknown, scope: Intrinsics): unknown {
  const value = resolveValue(expression, scope)
  return value === noValue ? undefined : value
}

function resolveValue(expression: unknown, scope: Intrinsics): unknown {
  if (Array.isArray(expression)) {
    return expression.map((item) => resolveValue(item, scope)).filter((item) => item !== noValue)
  }
  if (!isRecord(expression)) return expression
  const keys = Object.keys(expression)
  const only = keys.length === 1 ? keys[0]! : ''
  if (only === 'Ref') {
    return expression.Ref === 'AWS::NoValue' ? noValue : scope.ref(String(expression.Ref))
  }
  if (only.startsWith('Fn::')) return callFunction(only, expression[only], scope)
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(expression)) {
    const value = resolveValue(item, scope)
    if (value !== noValue) result[key] = value
  }
  return result
}

function callFunction(name: string, argument: unknown, scope: Intrinsics): unknown {
  const run = functions[name]
  if (run === undefined) throw new Error(`the template uses ${name}, which the local stack does not know`)
  return run(argument, scope)
}

type TemplateFunction = (argument: unknown, scope: Intrinsics) => unknown

const functions: Record<string, TemplateFunction> = {
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.')
    return scope.attribute(logicalId!, attribute.join('.'))
  },
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
  'Fn::Join': (argument, scope) => {
    const [separator, list] = argument as [string, unknown]
    return asList(list, scope).map(String).join(separator)
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = argument as [unknown, unknown]
    return asList(list, scope)[Number(resolveValue(index, scope))]
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = argument as [string, unknown]
    return String(resolveValue(text, scope)).split(separator)
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = argument as [string, unknown, unknown]
    return resolveValue(scope.condition(condition) ? yes : no, scope)
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = asList(argument, scope).map(String)
    return scope.mapping(map!, top!, second!)
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(String(resolveValue(argument, scope))),
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName } = resolveValue(argument, scope) as Record<string, unknown>
    return scope.stackOutput(String(StackName), String(OutputName))
  },
  'Fn::Base64': (argument, scope) => Buffer.from(String(resolveValue(argument, scope))).toString('base64'),
  'Fn::GetAZs': (_argument, scope) => ['a', 'b', 'c'].map((zone) => `${scope.ref('AWS::Region')}${zone}`),
  'Fn::Cidr': (argument, scope) => {
    const [, count] = asList(argument, scope)
    return Array.from({ length: Number(count) }, (_, index) => `10.0.${index}.0/24`)
  },
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(resolveValue(argument, scope)),
  'Fn::Length': (argument, scope) => asList(argument, scope).length,
}

function substitute(argument: unknown, scope: Intrinsics): string {
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}]
  return String(pattern).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`
    if (isRecord(variables) && name in variables) return String(resolveValue(variables[name], scope))
    const dot = name.indexOf('.')
    return String(dot === -1 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)))
  })
}

function asList(list: unknown, scope: Intrinsics): unknown[] {
  const value = resolveValue(list, scope)
  return Array.isArray(value) ? value : [value]
}
