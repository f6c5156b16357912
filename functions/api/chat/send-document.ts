import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fileErrors, fileField, fileNeeds, mimeTypeField } from './_media.ts'
import { caption, commonFields, sendAndAnswer, sendResult } from './_send.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/send/document',
  group: 'Send',
  summary: 'Send a document',
  description:
    'A file of any kind, up to 100 MB. Without MimeType it is labelled by where it comes from and by its content; for office documents the name decides.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      ...commonFields,
      Document: fileField,
      FileName: z.string().min(1, 'must not be empty').max(255),
      Caption: caption,
      MimeType: mimeTypeField,
    }),
  },
  output: sendResult,
  errors: fileErrors,
  needs: fileNeeds,
  idempotent: true,
  examples: {
    body: { Phone: '5521971532700', Document: 'https://example.com/document.pdf', FileName: 'document.pdf' },
  },
  handler: (ctx, { body }) =>
    sendAndAnswer(ctx, body, {
      kind: 'media',
      file: {
        source: readMediaSource(body.Document, 'Document'),
        as: 'document',
        field: 'Document',
        fileName: body.FileName,
        mimeType: body.MimeType,
      },
      caption: body.Caption,
    }),
})
