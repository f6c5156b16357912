import type { JsonClient } from '../aws-calls/json-client.ts'
import { isRecord } from '../template/intrinsics.ts'
import type { ResolvedApp } from '../template/resolve.ts'

/** `{{resolve:secretsmanager:<id or ARN>:SecretString:<json key>:<stage>:<version>}}` or `{{resolve:ssm:<name>}}`. */
const REFERENCE = /\{\{resolve:(secretsmanager|ssm|ssm-secure):([^}]+)\}\}/g

/** What dynamic references are looked up in. */
export type ReferenceSources = { secrets: JsonClient; parameters: JsonClient }

/** Replaces dynamic references in every resource by the values of secrets and parameters, which have to exist by now. */
export async function fillDynamicReferences(app: ResolvedApp, sources: ReferenceSources): Promise<void> {
  for (const resource of app.resources) {
    if (JSON.stringify(resource.properties).includes('{{resolve:')) {
      resource.properties = (await fill(resource.properties, sources)) as Record<string, unknown>
    }
  }
}

async function fill(value: unknown, sources: ReferenceSources): Promise<unknown> {
  if (typeof value === 'string') return await fillText(value, sources)
  if (Array.isArray(value)) return await Promise.all(value.map((item) => fill(item, sources)))
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(async ([key, item]) => [key, await fill(item, sources)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

async function fillText(text: string, sources: ReferenceSources): Promise<string> {
  const found = [...text.matchAll(REFERENCE)]
  const values = await Promise.all(
    found.map(([, kind, reference]) =>
      kind === 'secretsmanager'
        ? secretValue(sources.secrets, reference!)
        : parameterValue(sources.parameters, reference!),
    ),
  )
  let index = 0
  return text.replace(REFERENCE, () => values[index++]!)
}

async function secretValue(client: JsonClient, reference: string): Promise<string> {
  // An ARN has seven parts of its own; a plain name has one.
  const parts = reference.split(':')
  const idParts = reference.startsWith('arn:') ? 7 : 1
  const key = parts[idParts + 1]
  const input = { SecretId: parts.slice(0, idParts).join(':') }
  const { SecretString } = await client.call<{ SecretString: string }>('GetSecretValue', input)
  return key ? String((JSON.parse(SecretString) as Record<string, unknown>)[key]) : SecretString
}

async function parameterValue(client: JsonClient, reference: string): Promise<string> {
  // A version after the name is passed over: parameters come from the template, which holds one.
  const Name = reference.replace(/:\d+$/, '')
  const { Parameter } = await client.call<{ Parameter: { Value: string } }>('GetParameter', {
    Name,
    WithDecryption: true,
  })
  return Parameter.Value
}
