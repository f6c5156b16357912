import { z } from 'zod'
import { driveSandbox } from '#domains/sandbox/drive.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { DRIVER, PHONE_ERRORS, phoneParams, phonePath } from './_phone.ts'

/** Bytes of a file that fit into an answer. */
const MOST = 4_000_000

export const operation = defineOperation({
  ...DRIVER,
  key: 'own GET /api/v1/sandbox/phones/{phone}/media/{messageId}',
  group: 'Sandbox',
  summary: 'The file of a message as a simulated phone decrypted it',
  input: { params: phoneParams.extend({ messageId: z.string().regex(/^[\w.-]{1,100}$/, 'must be a message id') }) },
  output: z.unknown(),
  contentType: 'application/octet-stream',
  errors: [...PHONE_ERRORS, 'payload_too_large'],
  needs: { sandbox: 'drive' },
  handler: async (_ctx, { params }) => {
    const path = phonePath(params, `/media/${params.messageId}`)
    const response = await driveSandbox({ method: 'GET', path })
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (bytes.length > MOST) throw fail('payload_too_large', { message: 'The file is larger than 4 MB.' })
    const type = response.headers.get('content-type') ?? 'application/octet-stream'
    return answer({
      raw: bytes,
      headers: { 'content-type': type, 'x-content-type-options': 'nosniff', 'content-disposition': 'attachment' },
    })
  },
})
