import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { optionalText } from '#kit/text.ts'
import { mentionInfo } from './_context-info.ts'
import { commonFields, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

const NAME_LIMIT = 255
const DESCRIPTION_LIMIT = 1024

const body = z
  .object({
    ...commonFields,
    Name: z.string().min(1, 'must not be empty').max(NAME_LIMIT, `has at most ${NAME_LIMIT} characters`),
    Description: optionalText.refine((text) => (text?.length ?? 0) <= DESCRIPTION_LIMIT, {
      message: `has at most ${DESCRIPTION_LIMIT} characters`,
    }),
    StartTime: z.number().int().positive().describe('Unix seconds'),
    EndTime: z.number().int().nonnegative().optional().describe('Unix seconds'),
    ExtraGuestsAllowed: z.boolean().optional(),
    IsCanceled: z.boolean().optional(),
    IsScheduleCall: z.boolean().optional().describe('It is a call; WhatsApp makes the link to join it'),
    Location: z
      .object({
        Name: optionalText.refine((text) => (text?.length ?? 0) <= NAME_LIMIT, {
          message: `has at most ${NAME_LIMIT} characters`,
        }),
        DegreesLatitude: z.number().min(-90).max(90).optional(),
        DegreesLongitude: z.number().min(-180).max(180).optional(),
      })
      .optional(),
    MentionInfo: mentionInfo.optional(),
  })
  .refine(({ StartTime, EndTime }) => !EndTime || EndTime > StartTime, {
    path: ['EndTime'],
    message: 'must be after StartTime',
  })

export const operation = defineOperation({
  key: 'digigo POST /chat/send/event',
  group: 'Send',
  summary: 'Send a calendar event',
  auth: ['deviceToken'],
  input: { body },
  output: sendResult,
  errors: sendErrors,
  needs: sendNeeds,
  idempotent: true,
  examples: {
    body: { Phone: '5521971532700', Name: 'Team Meeting', StartTime: 2524608000, EndTime: 2556143999 },
  },
  handler: (ctx, { body }) => {
    const { Location: place } = body
    return sendAndAnswer(ctx, body, {
      kind: 'event',
      name: body.Name,
      description: body.Description,
      startsAt: body.StartTime,
      endsAt: body.EndTime || undefined,
      guestsAllowed: body.ExtraGuestsAllowed,
      cancelled: body.IsCanceled,
      call: body.IsScheduleCall,
      place: place && { name: place.Name, latitude: place.DegreesLatitude, longitude: place.DegreesLongitude },
    })
  },
})
