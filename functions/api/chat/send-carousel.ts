import { z } from 'zod'
import { callButton, copyButton, replyButton, urlButton } from '#domains/messages/native-flow.ts'
import type { PanelToSend } from '#domains/messages/outbound-content.ts'
import { TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { phoneDigits } from '#kit/phone.ts'
import { link } from './_buttons.ts'
import { label, mentionInfo, optionalWords } from './_context-info.ts'
import { fileUrl, headerFile, headerKind } from './_header.ts'
import { commonFields, mediaErrors, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

const words = z.string().min(1, 'must not be empty').max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`)

const button = z
  .object({
    Id: optionalWords.describe('What comes back with the answer; the code to copy; the number to call'),
    Label: label,
    Url: link,
    Type: z.enum(['reply', 'url', 'copy', 'call']),
  })
  .refine(({ Type, Url }) => Type !== 'url' || Url, { path: ['Url'], message: 'is required for url buttons' })
  .refine(({ Type, Id }) => Type !== 'copy' || Id, { path: ['Id'], message: 'is required for copy buttons' })
  .refine(({ Type, Id }) => Type !== 'call' || phoneDigits(Id ?? ''), {
    path: ['Id'],
    message: 'must be a phone number with country code for call buttons',
  })

const card = z
  .object({
    Text: words,
    MediaUrl: fileUrl.or(z.literal('')).optional(),
    MediaType: headerKind,
    Filename: optionalWords,
    Caption: optionalWords,
    Buttons: z.array(button).min(1, 'has at least one button').max(3, 'has at most 3 buttons'),
  })
  .refine(({ MediaUrl, MediaType }) => !MediaUrl || MediaType, {
    path: ['MediaType'],
    message: 'is required with MediaUrl',
  })

const body = z.object({
  ...commonFields,
  Message: words.describe('Words before the cards'),
  Carousel: z.array(card).min(1, 'has at least one card').max(10, 'has at most 10 cards'),
  MentionInfo: mentionInfo.optional(),
})

const nativeOf = ({ Id, Label, Url = '', Type }: z.output<typeof button>) => {
  switch (Type) {
    case 'reply':
      return replyButton(Label, Id ?? Label)
    case 'url':
      return urlButton(Label, Url, Id)
    case 'copy':
      return copyButton(Label, Id ?? '')
    case 'call':
      return callButton(Label, Id ?? '')
  }
}

const panelOf = (shown: z.output<typeof card>, at: number): PanelToSend => {
  const { Text, MediaUrl: url, MediaType: kind, Filename: fileName, Caption: caption, Buttons } = shown
  const header =
    url && kind ? headerFile({ kind, url, field: `Carousel.${at}.MediaUrl`, fileName, caption }) : undefined
  return { header, text: Text, buttons: Buttons.map(nativeOf) }
}

export const operation = defineOperation({
  key: 'digigo POST /chat/send/carousel',
  group: 'Send',
  summary: 'Send a carousel',
  description: 'Cards to be swiped through, each with a file, words and buttons. Answers come as events.',
  auth: ['deviceToken'],
  input: { body },
  output: sendResult,
  errorForm: { 500: 'coded' },
  errors: [...sendErrors, ...mediaErrors],
  needs: { ...sendNeeds, media: 'readWrite' },
  idempotent: true,
  examples: {
    body: {
      Phone: '5521971532700',
      Message: 'Check out our featured products!',
      Carousel: [
        {
          Text: 'Premium Wireless Headphones',
          Buttons: [
            { Id: 'buy_headphones', Label: 'Buy Now', Url: 'https://store.example.com/headphones', Type: 'url' },
          ],
        },
      ],
    },
  },
  handler: (ctx, { body }) =>
    sendAndAnswer(ctx, body, {
      kind: 'interactive',
      form: 'carousel',
      panel: { text: body.Message, buttons: [] },
      cards: body.Carousel.map(panelOf),
    }),
})
