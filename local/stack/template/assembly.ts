import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const resourceSchema = z.looseObject({
  Type: z.string(),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
})

const templateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Resources: z.record(z.string(), resourceSchema).default({}),
  Outputs: z
    .record(z.string(), z.looseObject({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
})

const artifactSchema = z.looseObject({
  type: z.string(),
  environment: z.string().optional(),
  properties: z.looseObject({}).optional(),
})
const manifestSchema = z.looseObject({ artifacts: z.record(z.string(), artifactSchema).default({}) })

const fileAssetSchema = z.looseObject({
  source: z.looseObject({ path: z.string().optional() }),
  destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
})
const imageAssetSchema = z.looseObject({
  source: z.looseObject({ directory: z.string().optional() }),
  destinations: z.record(z.string(), z.looseObject({ imageTag: z.string() })),
})
const assetManifestSchema = z.looseObject({
  files: z.record(z.string(), fileAssetSchema).default({}),
  dockerImages: z.record(z.string(), imageAssetSchema).default({}),
})

/** A CloudFormation template as parsed from an assembly. */
export type Template = z.infer<typeof templateSchema>

/** One stack of the assembly, under the name it would be deployed with. */
export type Stack = { name: string; region: string | undefined; template: Template }

/** Everything a synthesised CDK app holds: its stacks, and where on disk each asset lies. */
export type Assembly = {
  directory: string
  stacks: Stack[]
  /** Asset file or folder by the object key it would be uploaded under. */
  files: Map<string, string>
  /** Docker build folder by the image tag it would be pushed under. */
  images: Map<string, string>
}

/** Parses one template; for tests and tools that hold a template without an assembly. */
export function parseTemplate(value: unknown): Template {
  return templateSchema.parse(value)
}

/**
 * Reads a synthesised app from its output folder: every stack, including those of nested assemblies (CDK stages),
 * and every asset. Throws an error naming the missing file when the folder was not synthesised.
 */
export function readAssembly(directory: string): Assembly {
  const assembly: Assembly = { directory, stacks: [], files: new Map(), images: new Map() }
  readInto(assembly, directory)
  return assembly
}

function readInto(assembly: Assembly, directory: string): void {
  const manifestFile = path.join(directory, 'manifest.json')
  if (!existsSync(manifestFile)) throw new Error(`no synthesised app in ${directory}: manifest.json is missing`)
  const manifest = manifestSchema.parse(readJson(manifestFile))
  for (const [id, artifact] of Object.entries(manifest.artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') assembly.stacks.push(readStack(directory, id, artifact))
    if (artifact.type === 'cdk:asset-manifest') readAssets(assembly, directory, property(artifact, 'file', id))
    if (artifact.type === 'cdk:cloud-assembly') {
      readInto(assembly, path.join(directory, property(artifact, 'directoryName', id)))
    }
  }
}

function readStack(directory: string, id: string, artifact: z.infer<typeof artifactSchema>): Stack {
  const template = templateSchema.parse(readJson(path.join(directory, property(artifact, 'templateFile', id))))
  const region = artifact.environment?.split('/').at(-1)
  const name = artifact.properties?.stackName
  return {
    name: typeof name === 'string' ? name : id,
    region: region === undefined || region === 'unknown-region' ? undefined : region,
    template,
  }
}

function readAssets(assembly: Assembly, directory: string, file: string): void {
  const manifest = assetManifestSchema.parse(readJson(path.join(directory, file)))
  for (const asset of Object.values(manifest.files)) {
    if (asset.source.path === undefined) continue
    for (const destination of Object.values(asset.destinations)) {
      assembly.files.set(destination.objectKey, path.resolve(directory, asset.source.path))
    }
  }
  for (const asset of Object.values(manifest.dockerImages)) {
    if (asset.source.directory === undefined) continue
    for (const destination of Object.values(asset.destinations)) {
      assembly.images.set(destination.imageTag, path.resolve(directory, asset.source.directory))
    }
  }
}

function property(artifact: z.infer<typeof artifactSchema>, name: string, id: string): string {
  const value = artifact.properties?.[name]
  if (typeof value !== 'string') throw new Error(`the assembly's artifact ${id} has no ${name}`)
  return value
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
