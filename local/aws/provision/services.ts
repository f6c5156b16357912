import { z } from 'zod'
import type { Emulators } from '../emulators.ts'

const aliasSchema = z.object({ AliasName: z.string(), TargetKeyId: z.string() })
const parameterSchema = z.object({ Value: z.string(), Type: z.string().default('String') })

/** Makes a key, alias, secret or parameter from its template properties; other types do nothing. */
export function provisionService(
  services: Emulators['services'],
  resource: { type: string; name: string; arn?: string; properties: Record<string, unknown> },
) {
  const { type, name, properties } = resource
  if (type === 'AWS::KMS::Key') services.kms.addKey(name)
  if (type === 'AWS::KMS::Alias') {
    const alias = aliasSchema.parse(properties)
    services.kms.addAlias(alias.AliasName, alias.TargetKeyId.split('/').at(-1)!)
  }
  if (type === 'AWS::SecretsManager::Secret') {
    const arn = resource.arn ?? `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`
    services.secrets.define({ name, arn, properties })
  }
  if (type === 'AWS::SSM::Parameter') {
    const parameter = parameterSchema.parse(properties)
    services.parameters.define(name, parameter.Value, parameter.Type)
  }
}
