import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { buttonInput, isPayment, nativeButton } from './_buttons.ts'
import { contextInfo, optionalWords } from './_context-info.ts'
import { fileUrl, HEADER_KINDS, headerFile } from './_header.ts'
import { mediaErrors, ownIdField, presenceField, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

const file = z.object({ url: fileUrl }).optional()

const body = z
  .object({
    phone: z.string().min(1).describe('Phone number with country code, or JID of a person or group'),
    title: optionalWords,
    body: optionalWords,
    text: optionalWords,
    footer: optionalWords,
    caption: optionalWords,
    image: file,
    video: file,
    document: file,
    buttons: z.array(buttonInput).min(1, 'has at least one button').max(10, 'has at most 10 buttons'),
    id: ownIdField,
    presence: presenceField,
    duration: z.number().int().nonnegative().optional().describe('Seconds after which the message disappears'),
    number_check: z.boolean().optional().describe('Ask WhatsApp first whether the number exists'),
    EchoApi: z.boolean().optional().describe('Announce this message to the webhook when it is sent'),
    context_info: contextInfo.optional(),
  })
  .refine((body) => HEADER_KINDS.some((kind) => body[kind]) || body.text || body.body, {
    path: ['text'],
    message: 'is required without a file, or body',
  })
  .refine((body) => HEADER_KINDS.filter((kind) => body[kind]).length <= 1, {
    path: ['image'],
    message: 'cannot be combined with another file',
  })
  .refine(({ buttons }) => buttons.length === 1 || !buttons.some(isPayment), {
    path: ['buttons'],
    message: 'has one button only when it is one of payment',
  })

type Body = z.output<typeof body>

const headerOf = (body: Body) => {
  const kind = HEADER_KINDS.find((kind) => body[kind])
  const url = kind && body[kind]?.url
  return url ? headerFile({ kind, url, field: `${kind}.url` }) : undefined
}

/** The words: with a file its caption comes first, as the document says. */
const textOf = ({ caption, text, body, ...files }: Body): string | undefined =>
  HEADER_KINDS.some((kind) => files[kind]) ? (caption ?? text ?? body) : (text ?? body)

export const operation = defineOperation({
  key: 'digigo POST /chat/send/buttons',
  group: 'Send',
  summary: 'Send buttons',
  description:
    'Buttons that answer, open, call or copy, in any mix; or one of payment, whose label phones write themselves. Answers come as events. Which of them a phone shows depends on WhatsApp: payments are shown in Brazil.',
  auth: ['deviceToken'],
  input: { body },
  output: sendResult,
  errors: [...sendErrors, ...mediaErrors],
  needs: { ...sendNeeds, media: 'readWrite' },
  idempotent: true,
  examples: {
    body: {
      phone: '5521979232690',
      title: 'Ofertas do Dia',
      text: 'Escolha uma ação abaixo:',
      footer: 'Equipe DigiGO',
      buttons: [
        { buttonId: 'copy_1', buttonText: { displayText: 'Copiar Cupom' }, type: 'cta_copy', code: 'CUPOM123' },
        { buttonId: 'url_1', buttonText: { displayText: 'Abrir Site' }, type: 'cta_url', url: 'https://exemplo.com' },
      ],
    },
  },
  handler: (ctx, { body }) => {
    const { title, footer, buttons } = body
    return sendAndAnswer(
      ctx,
      {
        Phone: body.phone,
        Id: body.id,
        Presence: body.presence,
        Duration: body.duration || undefined,
        NumberCheck: body.number_check,
        EchoApi: body.EchoApi,
        ContextInfo: body.context_info,
      },
      {
        kind: 'interactive',
        form: 'buttons',
        panel: { title, header: headerOf(body), text: textOf(body), footer, buttons: buttons.map(nativeButton) },
      },
    )
  },
})
