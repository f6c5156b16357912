import { expect, test } from 'vitest'
import { bodySignature, standardSignature } from './signatures.ts'

test('the standard signature is the one of the published Standard Webhooks example', () => {
  // Key, id, timestamp, body and result as the Standard Webhooks reference implementations test them.
  const signature = standardSignature(
    Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'),
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1614265330,
    '{"test": 2432232314}',
  )
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('the body signature is the HMAC of the body in hexadecimal', () => {
  // RFC 4231, test case 2.
  expect(bodySignature('Jefe', 'what do ya want for nothing?')).toBe(
    'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})
