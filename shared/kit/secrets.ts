import { hkdfSync } from 'node:crypto'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { lazy, secretsClient } from './aws.ts'
import { resource } from './resources.ts'

/** What a derived key is for. Each purpose has a key of its own, so that one leaking says nothing about the others. */
export type KeyPurpose = 'token-pepper' | 'at-rest' | 'access-token' | 'cursor'

/** The text of a secret at a stage; undefined for a stage it does not have (yet). */
export const readSecret = async (
  variable: 'PLATFORM_SECRET_ARN' | 'FRONT_SECRET_ARN',
  stage: 'AWSCURRENT' | 'AWSPREVIOUS' = 'AWSCURRENT',
): Promise<string | undefined> => {
  try {
    const command = new GetSecretValueCommand({ SecretId: resource(variable), VersionStage: stage })
    return (await secretsClient().send(command)).SecretString
  } catch (error) {
    if (stage === 'AWSPREVIOUS' && (error as Error).name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

const platformSecret = lazy(async (): Promise<string> => {
  const SecretString = await readSecret('PLATFORM_SECRET_ARN')
  if (!SecretString || SecretString.length < 32) throw new Error('the platform secret is missing or too short')
  return SecretString
})

const derived = new Map<KeyPurpose, Promise<Buffer>>()

/** The 32-byte key for a purpose, derived (HKDF-SHA256) from the installation's one secret. */
export const derivedKey = (purpose: KeyPurpose): Promise<Buffer> => {
  const known = derived.get(purpose)
  if (known) return known
  const key = platformSecret().then((secret) => Buffer.from(hkdfSync('sha256', secret, 'switchboard', purpose, 32)))
  derived.set(purpose, key)
  // A failed read (store down at start) must not be remembered.
  key.catch(() => derived.delete(purpose))
  return key
}
