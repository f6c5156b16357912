import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { optionalWords } from './_context-info.ts'
import { commonFields, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/send/location',
  group: 'Send',
  summary: 'Send a location',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      ...commonFields,
      Latitude: z.number().min(-90).max(90).describe('Degrees north'),
      Longitude: z.number().min(-180).max(180).describe('Degrees east'),
      Name: optionalWords.describe('Name of the place'),
    }),
  },
  output: sendResult,
  errors: sendErrors,
  needs: sendNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Latitude: 48.85837, Longitude: 2.294481, Name: 'Eiffel Tower' } },
  handler: (ctx, { body }) =>
    sendAndAnswer(ctx, body, {
      kind: 'location',
      latitude: body.Latitude,
      longitude: body.Longitude,
      name: body.Name,
    }),
})
