import { z } from 'zod'
import { askSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneParams, phonePath } from './_phone.ts'

export const operation = defineOperation({
  ...DRIVER,
  key: 'own POST /api/v1/sandbox/phones/{phone}/link',
  group: 'Sandbox',
  summary: 'Link a simulated phone to a connection',
  description: 'By the text of a QR code, or by a pairing code that was asked for this number.',
  input: {
    params: phoneParams,
    body: z
      .object({ qr: z.string().min(1).max(8192).optional(), code: z.string().min(1).max(20).optional() })
      .refine(({ qr, code }) => (qr === undefined) !== (code === undefined), {
        path: ['qr'],
        message: 'or code is required, and only one of them',
      }),
  },
  output: z.object({ device: z.number().int(), jid: z.string(), lid: z.string() }),
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  examples: { body: { code: 'ABCD-EFGH' } },
  handler: async (_ctx, { params, body }) => {
    const [path, facts] = body.qr === undefined ? ['link-code', { code: body.code }] : ['scan', { qr: body.qr }]
    const linked = await askSandbox({ method: 'POST', path: phonePath(params, `/${path}`), body: facts })
    return z.object({ device: z.number().int(), jid: z.string(), lid: z.string() }).parse(linked)
  },
})
