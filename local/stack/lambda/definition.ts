import path from 'node:path'
import { z } from 'zod'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'

/** What happens to an asynchronous invocation that keeps failing, and how often it is tried. */
type AsyncPolicy = {
  maxRetries: number
  maxAgeMs: number
  onFailure: string | undefined
  onSuccess: string | undefined
  deadLetter: string | undefined
}

/** A Lambda function of the templates. */
export type FunctionDefinition = {
  name: string
  arn: string
  /** Folder of the bundle. */
  directory: string
  handler: string
  timeoutMs: number
  memoryMb: number
  environment: Record<string, string>
  roleArn: string
  reservedConcurrency: number | undefined
  tags: Record<string, string>
  async: AsyncPolicy
}

const functionSchema = z.looseObject({
  Code: z.looseObject({ S3Key: z.string().optional() }),
  Handler: z.string().default('index.handler'),
  Runtime: z.string().default('nodejs24.x'),
  Role: z.string().default(''),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string().optional() }).optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
})

const destination = z.looseObject({ Destination: z.string().optional() }).optional()
const invokeConfigSchema = z.looseObject({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().optional(),
  MaximumEventAgeInSeconds: z.coerce.number().optional(),
  DestinationConfig: z.looseObject({ OnFailure: destination, OnSuccess: destination }).optional(),
})

/**
 * The functions of an app that run locally: those whose code is a bundle for Node. Helpers the CDK adds for deployments
 * (other runtimes, inline code) have nothing to do on a laptop.
 */
export function functionDefinitions(app: ResolvedApp): FunctionDefinition[] {
  const configs = app
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map(({ properties }) => invokeConfigSchema.parse(properties))
  return app.ofType('AWS::Lambda::Function').flatMap((resource) => definition(app, resource, configs))
}

function definition(
  app: ResolvedApp,
  resource: ResolvedResource,
  configs: z.infer<typeof invokeConfigSchema>[],
): FunctionDefinition[] {
  const properties = functionSchema.parse(resource.properties)
  const asset = properties.Code.S3Key === undefined ? undefined : app.assembly.files.get(properties.Code.S3Key)
  if (asset === undefined || !properties.Runtime.startsWith('nodejs')) return []
  const config = configs.find(({ FunctionName }) => [resource.name, resource.arn].includes(FunctionName))
  return [
    {
      name: resource.name,
      arn: resource.arn,
      directory: path.extname(asset) === '' || !asset.endsWith('.zip') ? asset : asset.slice(0, -'.zip'.length),
      handler: properties.Handler,
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      environment: properties.Environment?.Variables ?? {},
      roleArn: properties.Role,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      tags: Object.fromEntries(properties.Tags.map(({ Key, Value }) => [Key, Value])),
      async: {
        maxRetries: config?.MaximumRetryAttempts ?? 2,
        maxAgeMs: (config?.MaximumEventAgeInSeconds ?? 21_600) * 1000,
        onFailure: config?.DestinationConfig?.OnFailure?.Destination,
        onSuccess: config?.DestinationConfig?.OnSuccess?.Destination,
        deadLetter: properties.DeadLetterConfig?.TargetArn,
      },
    },
  ]
}

/** Takes the function out of a reference to it: a name, an ARN (with version or alias), or an integration's URI. */
export function functionNameOf(reference: string): string {
  const [, name] = /:function:([^:/]+)/.exec(reference) ?? []
  return name ?? reference.split(':')[0]!
}
