import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { readIfPresent, writePrivately } from '../credentials.ts'
import { AwsError, noLocalCounterpart } from './aws-error.ts'

/** Keys that encrypt as KMS does. */
export type Kms = {
  /** Makes a key known by its id; ARN and aliases then work too. */
  addKey(keyId: string): void
  addAlias(alias: string, keyId: string): void
  call(action: string, input: unknown): Record<string, unknown>
}

const context = z.record(z.string(), z.string()).default({})
const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'))
const dataKeyInput = z.object({
  KeyId: z.string(),
  KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
  NumberOfBytes: z.number().int().min(1).max(1024).optional(),
  EncryptionContext: context,
})
const encryptInput = z.object({ KeyId: z.string(), Plaintext: base64, EncryptionContext: context })
const decryptInput = z.object({ KeyId: z.string().optional(), CiphertextBlob: base64, EncryptionContext: context })
const describeInput = z.object({ KeyId: z.string() })

/**
 * Opens the keys. All are derived from one master key in a file only its owner can read, or from one that lives as long
 * as the process. While no key has been added, every key id works: that is how tests use it.
 */
export function openKms(options: { file?: string | undefined; region: string; accountId: string }): Kms {
  const master = loadMaster(options.file)
  const keys = new Set<string>()
  const aliases = new Map<string, string>()
  const arnOf = (keyId: string) => `arn:aws:kms:${options.region}:${options.accountId}:key/${keyId}`
  const resolve = (reference: string): string => {
    const local = reference.replace(/^arn:aws:kms:[^:]*:[^:]*:/, '').replace(/^key\//, '')
    const keyId = aliases.get(local) ?? local
    if (keys.size > 0 && !keys.has(keyId)) {
      throw new AwsError('NotFoundException', `Key '${arnOf(keyId)}' does not exist`)
    }
    return keyId
  }
  const derive = (keyId: string) => Buffer.from(hkdfSync('sha256', master, keyId, 'kms', 32))

  const actions: Record<string, (input: unknown) => Record<string, unknown>> = {
    GenerateDataKey(input) {
      const { KeyId, KeySpec, NumberOfBytes, EncryptionContext } = dataKeyInput.parse(input)
      const keyId = resolve(KeyId)
      const plain = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32))
      const sealed = seal(derive(keyId), keyId, plain, EncryptionContext)
      return { KeyId: arnOf(keyId), Plaintext: plain.toString('base64'), CiphertextBlob: sealed }
    },
    GenerateDataKeyWithoutPlaintext(input) {
      const { Plaintext: _, ...rest } = actions.GenerateDataKey!(input)
      return rest
    },
    Encrypt(input) {
      const { KeyId, Plaintext, EncryptionContext } = encryptInput.parse(input)
      if (Plaintext.length > 4096) throw new AwsError('ValidationException', 'Plaintext must be at most 4096 bytes.')
      const keyId = resolve(KeyId)
      return { KeyId: arnOf(keyId), CiphertextBlob: seal(derive(keyId), keyId, Plaintext, EncryptionContext) }
    },
    Decrypt(input) {
      const { KeyId, CiphertextBlob, EncryptionContext } = decryptInput.parse(input)
      const keyId = keyOfBlob(CiphertextBlob)
      if (KeyId && resolve(KeyId) !== keyId) {
        throw new AwsError(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can decrypt.',
        )
      }
      const plain = open(derive(resolve(keyId)), CiphertextBlob, EncryptionContext)
      return { KeyId: arnOf(keyId), Plaintext: plain.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
    },
    DescribeKey(input) {
      const keyId = resolve(describeInput.parse(input).KeyId)
      return { KeyMetadata: { KeyId: keyId, Arn: arnOf(keyId), Enabled: true, KeyState: 'Enabled' } }
    },
  }
  return {
    addKey: (keyId) => void keys.add(keyId),
    addAlias: (alias, keyId) => void aliases.set(alias, keyId),
    call(action, input) {
      const run = actions[action]
      if (!run) throw noLocalCounterpart('kms', action)
      return run(input)
    },
  }
}

function loadMaster(file: string | undefined): Buffer {
  const stored = file && readIfPresent(file)
  if (stored) return Buffer.from(stored.trim(), 'base64')
  const master = randomBytes(32)
  if (file) writePrivately(file, master.toString('base64'))
  return master
}

/** Blob: one byte length of the key id, key id, 12 bytes nonce, 16 bytes tag, ciphertext. */
function seal(key: Buffer, keyId: string, plain: Buffer, encryptionContext: Record<string, string>): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(contextBytes(encryptionContext))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  const id = Buffer.from(keyId)
  return Buffer.concat([Buffer.from([id.length]), id, nonce, cipher.getAuthTag(), body]).toString('base64')
}

function keyOfBlob(blob: Buffer): string {
  const length = blob[0] ?? 0
  if (blob.length < 1 + length + 28) throw invalidCiphertext()
  return blob.toString('utf8', 1, 1 + length)
}

function open(key: Buffer, blob: Buffer, encryptionContext: Record<string, string>): Buffer {
  const at = 1 + blob[0]!
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(at, at + 12))
  decipher.setAAD(contextBytes(encryptionContext)).setAuthTag(blob.subarray(at + 12, at + 28))
  try {
    return Buffer.concat([decipher.update(blob.subarray(at + 28)), decipher.final()])
  } catch {
    // A wrong context, a changed blob and another stack's key look the same, as they do on AWS.
    throw invalidCiphertext()
  }
}

/** The order of the pairs has no meaning in KMS. */
function contextBytes(encryptionContext: Record<string, string>): Buffer {
  const pairs = Object.entries(encryptionContext).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify(pairs))
}

/** KMS gives this error no message at all. */
const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '')
