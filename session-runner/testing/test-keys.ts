import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyService } from '../auth/device-key.ts'

/** Data keys without KMS: sealed under one key of the test, bound to tenant and device as KMS binds its context. */
export const testKeyService = (master: Uint8Array = randomBytes(32)): KeyService => ({
  create: async (tenantId, deviceId) => {
    const plain = randomBytes(32)
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(Buffer.from(`${tenantId}/${deviceId}`))
    const wrapped = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    return { plain, wrapped }
  },
  open: async (tenantId, deviceId, wrapped) => {
    const bytes = Buffer.from(wrapped)
    const decipher = createDecipheriv('aes-256-gcm', master, bytes.subarray(0, 12))
    decipher.setAAD(Buffer.from(`${tenantId}/${deviceId}`)).setAuthTag(bytes.subarray(-16))
    return { plain: Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]), wrapped }
  },
})
