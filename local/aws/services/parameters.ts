import { z } from 'zod'
import { AwsError, noLocalCounterpart } from './aws-error.ts'

/** Parameters as Systems Manager serves them; the template is their only source. */
export type Parameters = {
  define(name: string, value: string, type?: string): void
  call(action: string, input: unknown): Record<string, unknown>
}

const one = z.object({ Name: z.string() })
const several = z.object({ Names: z.array(z.string()).min(1).max(10) })
const byPath = z.object({ Path: z.string(), Recursive: z.boolean().default(false) })

/** Opens an empty set of parameters. */
export function openParameters(options: { region: string; accountId: string }): Parameters {
  const parameters = new Map<string, { value: string; type: string }>()
  const arnPrefix = `arn:aws:ssm:${options.region}:${options.accountId}:parameter`
  const describe = (name: string) => {
    const plain = name.startsWith(arnPrefix) ? name.slice(arnPrefix.length) : name
    const found = parameters.get(plain) ?? parameters.get(plain.replace(/^\//, ''))
    if (!found) return undefined
    const arn = `${arnPrefix}${plain.startsWith('/') ? '' : '/'}${plain}`
    return { Name: plain, Value: found.value, Type: found.type, Version: 1, ARN: arn, DataType: 'text' }
  }
  const actions: Record<string, (input: unknown) => Record<string, unknown>> = {
    GetParameter(input) {
      const { Name } = one.parse(input)
      const Parameter = describe(Name)
      if (!Parameter) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`)
      return { Parameter }
    },
    GetParameters(input) {
      const { Names } = several.parse(input)
      const found = Names.map((name) => describe(name))
      return {
        Parameters: found.filter((parameter) => parameter !== undefined),
        InvalidParameters: Names.filter((_name, index) => found[index] === undefined),
      }
    },
    GetParametersByPath(input) {
      const { Path, Recursive } = byPath.parse(input)
      const prefix = Path.endsWith('/') ? Path : `${Path}/`
      const names = [...parameters.keys()].filter(
        (name) => name.startsWith(prefix) && (Recursive || !name.slice(prefix.length).includes('/')),
      )
      return { Parameters: names.map((name) => describe(name)) }
    },
  }
  return {
    define: (name, value, type = 'String') => void parameters.set(name, { value, type }),
    call(action, input) {
      const run = actions[action]
      if (!run) throw noLocalCounterpart('ssm', action)
      return run(input)
    },
  }
}
