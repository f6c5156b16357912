import type { Assembly, Stack, Template } from './assembly.ts'
import { conditionHolds } from './conditions.ts'
import { endpointRewriter, mapStrings } from './endpoints.ts'
import { type Intrinsics, isRecord, resolveIntrinsics } from './intrinsics.ts'
import { describeIdentity, type LocalValues, type PhysicalIdentity } from './physical-identity.ts'

/** One resource of the templates with everything in it resolved to local values. */
export type ResolvedResource = PhysicalIdentity & {
  stack: string
  logicalId: string
  type: string
  properties: Record<string, unknown>
}

/** The resolved templates: what the local stack is built from. */
export type ResolvedApp = {
  assembly: Assembly
  local: LocalValues
  resources: ResolvedResource[]
  /** All resources of a type. */
  ofType(type: string): ResolvedResource[]
  /** The resource of one of the given types with this name, ARN or `Ref`; undefined when there is none. */
  find(reference: string, ...types: string[]): ResolvedResource | undefined
  /** Resolved output values by export or output name. */
  outputs: Map<string, unknown>
}

/**
 * Resolves every resource of an assembly: references inside and across stacks, conditions, pseudo parameters. Addresses
 * of deployed endpoints become the local ones. Throws an error naming stack and expression when something refers to
 * what does not exist.
 */
export function resolveApp(assembly: Assembly, local: LocalValues): ResolvedApp {
  const scopes = new Map(assembly.stacks.map((stack) => [stack.name, new StackScope(stack, local)]))
  for (const scope of scopes.values()) scope.neighbours = scopes
  const resources = [...scopes.values()].flatMap((scope) => scope.resources())
  const finish = endpointRewriter(resources, local)
  for (const resource of resources) resource.properties = mapStrings(resource.properties, finish)
  const outputs = new Map<string, unknown>()
  for (const scope of scopes.values()) {
    for (const [name, value] of scope.outputs()) outputs.set(name, mapStrings(value, finish))
  }
  return {
    assembly,
    local,
    resources,
    outputs,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    find: (reference, ...types) =>
      resources.find(
        (resource) =>
          types.includes(resource.type) &&
          (resource.arn === reference || resource.ref === reference || resource.name === reference),
      ),
  }
}

class StackScope implements Intrinsics {
  neighbours = new Map<string, StackScope>()
  readonly #identities = new Map<string, PhysicalIdentity>()
  readonly #stack: Stack
  readonly #template: Template
  readonly #local: LocalValues

  constructor(stack: Stack, local: LocalValues) {
    this.#stack = stack
    this.#template = stack.template
    this.#local = local
  }

  resources(): ResolvedResource[] {
    return Object.entries(this.#template.Resources)
      .filter(([, resource]) => resource.Condition === undefined || this.condition(resource.Condition))
      .map(([logicalId, resource]) => ({
        ...this.identity(logicalId),
        stack: this.#stack.name,
        logicalId,
        type: resource.Type,
        properties: this.resolve(resource.Properties) as Record<string, unknown>,
      }))
  }

  *outputs(): Generator<[string, unknown]> {
    for (const [name, output] of Object.entries(this.#template.Outputs)) {
      const value = this.resolve(output.Value)
      yield [`${this.#stack.name}.${name}`, value]
      if (output.Export !== undefined) yield [String(this.resolve(output.Export.Name)), value]
    }
  }

  resolve(expression: unknown): unknown {
    return resolveIntrinsics(expression, this)
  }

  ref(name: string): unknown {
    const pseudo = this.#pseudo(name)
    if (pseudo !== undefined) return pseudo
    const parameter = this.#template.Parameters[name]
    if (parameter !== undefined) return this.#local.parameters?.[name] ?? parameter.Default ?? ''
    return this.identity(name).ref
  }

  attribute(logicalId: string, attribute: string): unknown {
    const resource = this.#template.Resources[logicalId]
    if (resource?.Type === 'AWS::SSM::Parameter' && attribute === 'Value') {
      return this.resolve(resource.Properties.Value)
    }
    if (resource?.Type === 'Custom::CrossRegionExportReader') return this.#crossRegionExport(attribute)
    return this.identity(logicalId).attribute(attribute)
  }

  condition(name: string): boolean {
    const expression = this.#template.Conditions[name]
    if (expression === undefined) throw this.#error(`condition ${name} does not exist`)
    return conditionHolds(expression, this)
  }

  mapping(map: string, top: string, second: string): unknown {
    const value = this.#template.Mappings[map]?.[top]?.[second]
    if (value === undefined) throw this.#error(`mapping ${map}.${top}.${second} does not exist`)
    return value
  }

  importValue(name: string): unknown {
    for (const scope of this.neighbours.values()) {
      for (const output of Object.values(scope.#template.Outputs)) {
        if (output.Export !== undefined && scope.resolve(output.Export.Name) === name)
          return scope.resolve(output.Value)
      }
    }
    throw this.#error(`export ${name} does not exist`)
  }

  stackOutput(stack: string, name: string): unknown {
    const scope = this.neighbours.get(stack)
    if (scope === undefined) throw this.#error(`stack ${stack} does not exist`)
    const output = scope.#template.Outputs[name]
    if (output === undefined) throw this.#error(`output ${stack}.${name} does not exist`)
    return scope.resolve(output.Value)
  }

  identity(logicalId: string): PhysicalIdentity {
    const known = this.#identities.get(logicalId)
    if (known !== undefined) return known
    const resource = this.#template.Resources[logicalId]
    if (resource === undefined) throw this.#error(`resource ${logicalId} does not exist`)
    const made = describeIdentity({ stack: this.#stack.name, logicalId, ...resource }, this, this.#local)
    this.#identities.set(logicalId, made)
    return made
  }

  /** Values another stack of another region writes for this one, as the CDK's cross-region references do. */
  #crossRegionExport(name: string): unknown {
    for (const scope of this.neighbours.values()) {
      for (const resource of Object.values(scope.#template.Resources)) {
        const writer = resource.Type === 'Custom::CrossRegionExportWriter' ? resource.Properties.WriterProps : undefined
        const exported = isRecord(writer) && isRecord(writer.exports) ? writer.exports[name] : undefined
        if (exported !== undefined) return scope.resolve(exported)
      }
    }
    throw this.#error(`cross-region export ${name} does not exist`)
  }

  #pseudo(name: string): unknown {
    switch (name) {
      case 'AWS::Region':
        return this.#local.region
      case 'AWS::AccountId':
        return this.#local.accountId
      case 'AWS::Partition':
        return 'aws'
      case 'AWS::URLSuffix':
        return 'amazonaws.com'
      case 'AWS::StackName':
        return this.#stack.name
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${this.#local.region}:${this.#local.accountId}:stack/${this.#stack.name}/local`
      case 'AWS::NotificationARNs':
        return []
      default:
        return undefined
    }
  }

  #error(message: string): Error {
    return new Error(`stack ${this.#stack.name}: ${message}`)
  }
}
