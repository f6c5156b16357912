import { randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { z } from 'zod'
import { readIfPresent, writePrivately } from '../credentials.ts'
import { AwsError, noLocalCounterpart } from './aws-error.ts'
import { generateSecretString, generateSecretStringSchema } from './generate-password.ts'

/** Secrets as Secrets Manager keeps them. */
export type Secrets = {
  /** Makes a secret from its template properties; one that exists keeps its value unless the template's text changed. */
  define(secret: { name: string; arn: string; properties: Record<string, unknown> }): void
  call(action: string, input: unknown): Record<string, unknown>
}

const versionSchema = z.object({
  id: z.string(),
  text: z.string().optional(),
  bytes: z.string().optional(),
  at: z.number(),
})
const storedSchema = z.object({
  name: z.string(),
  arn: z.string(),
  /** The text the template gave, to notice a later change of the template. */
  seed: z.string().optional(),
  current: versionSchema,
  previous: versionSchema.optional(),
})
const propertiesSchema = z.object({
  SecretString: z.string().optional(),
  GenerateSecretString: generateSecretStringSchema.optional(),
})
const reference = z.object({ SecretId: z.string() })
const getInput = reference.extend({ VersionStage: z.string().optional(), VersionId: z.string().optional() })
const putInput = reference.extend({ SecretString: z.string().optional(), SecretBinary: z.string().optional() })
const createInput = z.object({
  Name: z.string(),
  SecretString: z.string().optional(),
  SecretBinary: z.string().optional(),
})

type Stored = z.infer<typeof storedSchema>

/** Opens the secrets, from a file only its owner can read or in memory. */
export function openSecrets(options: { file?: string | undefined; region: string; accountId: string }): Secrets {
  const { file } = options
  const stored = file && readIfPresent(file)
  const secrets = new Map(
    stored
      ? z
          .array(storedSchema)
          .parse(JSON.parse(stored))
          .map((one) => [one.name, one])
      : [],
  )
  const save = () => {
    if (!file) return
    writePrivately(`${file}.new`, JSON.stringify([...secrets.values()]))
    renameSync(`${file}.new`, file)
  }
  const arnOf = (name: string) => `arn:aws:secretsmanager:${options.region}:${options.accountId}:secret:${name}`
  const find = (id: string): Stored => {
    for (const secret of secrets.values()) {
      // AWS also accepts an ARN without its random six characters.
      if (secret.name === id || secret.arn === id || arnOf(secret.name) === id) return secret
    }
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }

  const actions: Record<string, (input: unknown) => Record<string, unknown>> = {
    GetSecretValue(input) {
      const { SecretId, VersionStage, VersionId } = getInput.parse(input)
      const secret = find(SecretId)
      const stage = VersionStage ?? (secret.previous && VersionId === secret.previous.id ? 'AWSPREVIOUS' : 'AWSCURRENT')
      const version = stage === 'AWSPREVIOUS' ? secret.previous : secret.current
      if (!version || (VersionId && version.id !== VersionId)) {
        throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the secret value for ${stage}.`)
      }
      const value = { SecretString: version.text, SecretBinary: version.bytes }
      const names = { ARN: secret.arn, Name: secret.name, VersionId: version.id }
      return { ...names, ...value, VersionStages: [stage], CreatedDate: version.at / 1000 }
    },
    PutSecretValue(input) {
      const { SecretId, SecretString, SecretBinary } = putInput.parse(input)
      const secret = find(SecretId)
      secret.previous = secret.current
      secret.current = newVersion(SecretString, SecretBinary)
      save()
      const names = { ARN: secret.arn, Name: secret.name, VersionId: secret.current.id }
      return { ...names, VersionStages: ['AWSCURRENT'] }
    },
    CreateSecret(input) {
      const { Name, SecretString, SecretBinary } = createInput.parse(input)
      if (secrets.has(Name)) {
        throw new AwsError('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`)
      }
      const arn = `${arnOf(Name)}-${randomUUID().slice(0, 6)}`
      secrets.set(Name, { name: Name, arn, current: newVersion(SecretString, SecretBinary) })
      save()
      return { ARN: arn, Name, VersionId: secrets.get(Name)!.current.id }
    },
    DescribeSecret(input) {
      const secret = find(reference.parse(input).SecretId)
      const stages: Record<string, string[]> = { [secret.current.id]: ['AWSCURRENT'] }
      if (secret.previous) stages[secret.previous.id] = ['AWSPREVIOUS']
      return { ARN: secret.arn, Name: secret.name, VersionIdsToStages: stages }
    },
  }
  return {
    define({ name, arn, properties }) {
      const { SecretString, GenerateSecretString } = propertiesSchema.parse(properties)
      const present = secrets.get(name)
      if (present) {
        present.arn = arn
        if (SecretString !== undefined && present.seed !== SecretString) {
          Object.assign(present, { seed: SecretString, previous: present.current, current: newVersion(SecretString) })
        }
      } else {
        const text = SecretString ?? generateSecretString(GenerateSecretString ?? generateSecretStringSchema.parse({}))
        secrets.set(name, { name, arn, seed: SecretString, current: newVersion(text) })
      }
      save()
    },
    call(action, input) {
      const run = actions[action]
      if (!run) throw noLocalCounterpart('secretsmanager', action)
      return run(input)
    },
  }
}

const newVersion = (text?: string, bytes?: string) => ({ id: randomUUID(), text, bytes, at: Date.now() })
