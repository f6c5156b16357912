import { z } from 'zod'
import { flowButton } from '#domains/messages/native-flow.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { label, mentionInfo, optionalWords } from './_context-info.ts'
import { fileUrl, headerFile, headerKind, headerMimeType } from './_header.ts'
import { commonFields, mediaErrors, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

/** Characters of parameters at most, as JSON. */
const PARAMS_LIMIT = 16_000

const members = z.record(z.string(), z.unknown()).refine((params) => JSON.stringify(params).length <= PARAMS_LIMIT, {
  message: `has at most ${PARAMS_LIMIT} characters as JSON`,
})

/** JSON text of an object, read; an empty text is none. */
const jsonText = z
  .string()
  .transform((text, issues) => {
    if (!text.trim()) return undefined
    const parsed = members.safeParse(tryParse(text))
    if (parsed.success) return parsed.data
    issues.addIssue({ code: 'custom', message: `must be the JSON of an object, ${PARAMS_LIMIT} characters at most` })
    return z.NEVER
  })
  .optional()

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const button = z.object({
  Name: label,
  ButtonParams: members.optional(),
  ButtonParamsJSON: jsonText,
  Params: members.optional(),
  ParamsJSON: jsonText,
})

const header = z.object({
  Title: optionalWords,
  Subtitle: optionalWords,
  Media: z
    .object({
      Type: headerKind,
      Url: fileUrl.or(z.literal('')).optional(),
      Caption: optionalWords,
      Filename: optionalWords,
      MimeType: headerMimeType,
    })
    .refine(({ Type, Url }) => !Url || Type, { path: ['Type'], message: 'is required with Url' })
    .optional(),
})

const body = z
  .object({
    ...commonFields,
    Body: optionalWords,
    Text: optionalWords,
    Message: optionalWords,
    Caption: optionalWords.describe('Caption of the file, where Header.Media has none'),
    Footer: optionalWords,
    MessageVersion: z.number().int().positive().optional(),
    MessageParams: members.optional(),
    MessageParamsJSON: jsonText,
    Header: header.optional(),
    Buttons: z.array(button).min(1, 'has at least one button').max(10, 'has at most 10 buttons'),
    MentionInfo: mentionInfo.optional(),
  })
  .refine(({ Body, Text, Message }) => Body ?? Text ?? Message, {
    path: ['Body'],
    message: 'is required, or Text or Message',
  })

type Body = z.output<typeof body>

const headerOf = ({ Header, Caption }: Body) => {
  const media = Header?.Media
  if (!media?.Url || !media.Type) return undefined
  const { Type: kind, Url: url, Filename: fileName, MimeType: mimeType } = media
  return headerFile({ kind, url, field: 'Header.Media.Url', caption: media.Caption ?? Caption, fileName, mimeType })
}

/** What a button says itself counts more than what is said of its form. */
const buttonOf = (button: Body['Buttons'][number]) =>
  flowButton(button.Name, {
    ...(button.Params ?? button.ParamsJSON),
    ...(button.ButtonParams ?? button.ButtonParamsJSON),
  })

export const operation = defineOperation({
  key: 'digigo POST /chat/send/flow',
  group: 'Send',
  summary: 'Send a flow',
  description:
    'A button that opens a form of WhatsApp Flows. The form itself is made at Meta; `flow_id` names it. A button whose name is one of WhatsApp’s own is sent under it, any other as the form that its parameters name.',
  auth: ['deviceToken'],
  input: { body },
  output: sendResult,
  errors: [...sendErrors, ...mediaErrors],
  needs: { ...sendNeeds, media: 'readWrite' },
  idempotent: true,
  examples: {
    body: {
      Phone: '5521971532700',
      Body: 'Complete your profile to get started',
      Footer: 'Powered by FlowAPI',
      Buttons: [
        {
          Name: 'complete_profile',
          ButtonParams: { display_text: 'Complete Profile', flow_id: '123456789', flow_token: 'ABC123XYZ' },
          Params: { mode: 'draft', version: '3.0' },
        },
      ],
    },
  },
  handler: (ctx, { body }) => {
    const params = body.MessageParams ?? body.MessageParamsJSON
    return sendAndAnswer(ctx, body, {
      kind: 'interactive',
      form: 'flow',
      panel: {
        title: body.Header?.Title,
        subtitle: body.Header?.Subtitle,
        header: headerOf(body),
        text: body.Body ?? body.Text ?? body.Message,
        footer: body.Footer,
        buttons: body.Buttons.map(buttonOf),
        version: body.MessageVersion,
        params: params && JSON.stringify(params),
      },
    })
  },
})
