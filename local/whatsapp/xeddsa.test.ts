import * as curve from 'libsignal/src/curve.js'
import { describe, expect, test } from 'vitest'
import { newKeyPair, random, sign, verify, withKeyType } from './crypto.ts'

describe('XEdDSA', () => {
  test('agrees with the Signal library on good signatures of many keys', () => {
    for (let round = 0; round < 8; round += 1) {
      const pair = newKeyPair()
      const message = random(100)
      const signature = sign(pair.private, message)
      expect(curve.verifySignature(withKeyType(pair.public), message, signature)).toBe(true)
      expect(verify(pair.public, message, signature)).toBe(true)
      expect(verify(withKeyType(pair.public), message, signature)).toBe(true)
    }
  })

  test('refuses another message, another key, a changed and a cut signature', () => {
    const pair = newKeyPair()
    const message = random(100)
    const signature = sign(pair.private, message)
    const changed = Buffer.from(signature)
    changed.writeUInt8((changed[5] ?? 0) ^ 1, 5)
    expect(verify(pair.public, random(100), signature)).toBe(false)
    expect(verify(newKeyPair().public, message, signature)).toBe(false)
    expect(verify(pair.public, message, changed)).toBe(false)
    expect(verify(pair.public, message, signature.subarray(1))).toBe(false)
  })
})
