import { z } from 'zod'
import { askSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneParams, phonePath } from './_phone.ts'

const media = z.object({
  base64: z.string().min(1),
  mimetype: z.string().max(100).optional(),
  fileName: z.string().max(255).optional(),
  caption: z.string().max(1024).optional(),
  seconds: z.number().nonnegative().optional(),
  ptt: z.boolean().optional(),
})

const body = z
  .object({
    to: z.string().min(1).max(100).describe('Phone number, LID or group of the chat'),
    text: z.string().min(1).max(65_536).optional(),
    image: media.optional(),
    video: media.optional(),
    audio: media.optional(),
    document: media.optional(),
    sticker: media.optional(),
    location: z.object({ latitude: z.number(), longitude: z.number(), name: z.string().optional() }).optional(),
    contact: z.object({ name: z.string(), phone: z.string() }).optional(),
    reaction: z.object({ id: z.string(), text: z.string() }).optional(),
    poll: z.object({ name: z.string(), options: z.array(z.string()).min(2).max(12) }).optional(),
    edit: z.object({ id: z.string(), text: z.string() }).optional(),
    revoke: z.object({ id: z.string() }).optional(),
    quote: z.string().max(100).optional().describe('Id of the message that is answered'),
  })
  .refine(({ to: _to, quote: _quote, ...contents }) => Object.values(contents).filter(Boolean).length === 1, {
    path: ['text'],
    message: 'or one other content is required, and only one',
  })

export const operation = defineOperation({
  ...DRIVER,
  key: 'own POST /api/v1/sandbox/phones/{phone}/messages',
  group: 'Sandbox',
  summary: 'Write a message on a simulated phone',
  input: { params: phoneParams, body },
  output: z.object({ id: z.string(), timestamp: z.number() }),
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  examples: { body: { to: '15550001111', text: 'Hello' } },
  handler: async (_ctx, { params, body: message }) => {
    const sent = await askSandbox({ method: 'POST', path: phonePath(params, '/messages'), body: message })
    return z.object({ id: z.string(), timestamp: z.number() }).parse(sent)
  },
})
