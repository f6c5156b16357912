import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms'

/** A device's data key: the bytes for use in memory, and the form that KMS encrypted, for storage. */
export type DeviceKey = { plain: Uint8Array; wrapped: Uint8Array }

/** Makes and opens the data keys of devices. */
export type KeyService = {
  create: (tenantId: string, deviceId: string) => Promise<DeviceKey>
  open: (tenantId: string, deviceId: string, wrapped: Uint8Array) => Promise<DeviceKey>
}

/**
 * Data keys from a KMS key. The encryption context names tenant and device, so a wrapped key cannot be opened for another
 * device, and every use stands in the audit trail with both names.
 */
export const kmsKeyService = (kms: KMSClient, keyId: string): KeyService => ({
  create: async (tenantId, deviceId) => {
    const answer = await kms.send(
      new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: { tenantId, deviceId } }),
    )
    if (!answer.Plaintext || !answer.CiphertextBlob) throw new Error('KMS gave no data key')
    return { plain: answer.Plaintext, wrapped: answer.CiphertextBlob }
  },
  open: async (tenantId, deviceId, wrapped) => {
    const answer = await kms.send(
      new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: { tenantId, deviceId } }),
    )
    if (!answer.Plaintext) throw new Error('KMS did not open the data key')
    return { plain: answer.Plaintext, wrapped }
  },
})
