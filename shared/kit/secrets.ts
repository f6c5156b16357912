import { hkdfSync } from 'node:crypto'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { secretsClient } from './aws.ts'
import { lazyAsync } from './lazy.ts'
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

const platformSecret = lazyAsync(async (): Promise<string> => {
  const SecretString = await readSecret('PLATFORM_SECRET_ARN')
  if (!SecretString || SecretString.length < 32) throw new Error('the platform secret is missing or too short')
  return SecretString
})

const keyFor = (purpose: KeyPurpose) =>
  lazyAsync(async () => Buffer.from(hkdfSync('sha256', await platformSecret(), 'switchboard', purpose, 32)))

const keys: Record<KeyPurpose, () => Promise<Buffer>> = {
  'token-pepper': keyFor('token-pepper'),
  'at-rest': keyFor('at-rest'),
  'access-token': keyFor('access-token'),
  cursor: keyFor('cursor'),
}

/** The 32-byte key for a purpose, derived (HKDF-SHA256) from the installation's one secret. */
export const derivedKey = (purpose: KeyPurpose): Promise<Buffer> => keys[purpose]()
