import { z } from 'zod'
import {
  PRIVACY_CATEGORIES,
  PRIVACY_VALUES,
  type PrivacySetting,
  type PrivacyValue,
  setPrivacy,
} from '#domains/devices/privacy.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { AppError } from '#kit/errors.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, refuse } from './_live.ts'

const INVALID_VALUE = 'invalid privacy value'

const isSetting = (text: string): text is PrivacySetting => Object.hasOwn(PRIVACY_CATEGORIES, text)
const isValue = (text: string): text is PrivacyValue => (PRIVACY_VALUES as readonly string[]).includes(text)

export const operation = defineOperation({
  key: 'digigo POST /privacy/settings',
  group: 'Privacy',
  summary: 'Change one privacy setting',
  description:
    'WhatsApp takes only some values for some settings: `read_receipts` all or none, `online` all or match_last_seen, `call_add` all or known. `users` is not used, as documented.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      setting: z
        .string()
        .optional()
        .describe(`Required. One of ${Object.keys(PRIVACY_CATEGORIES).join(', ')}`),
      value: z
        .string()
        .optional()
        .describe(`Required. One of ${PRIVACY_VALUES.join(', ')}`),
      users: z.array(z.string()).optional(),
    }),
  },
  output: z.object({ success: z.literal(true), message: z.string(), setting: z.string(), value: z.string() }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed'],
  needs: liveNeeds,
  examples: { body: { setting: 'last_seen', value: 'contacts' } },
  handler: async (ctx, { body: { setting, value } }) => {
    if (!setting || !value) throw refuse('missing setting or value in payload')
    if (!isSetting(setting)) throw refuse('invalid setting type')
    if (!isValue(value)) throw refuse(INVALID_VALUE)
    const device = await sessionDevice(ctx, ctx.actor)
    const change = setPrivacy(commandPort(), device, setting, value).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'validation_failed' ? refuse(INVALID_VALUE) : error
    })
    await documented('failed to update privacy setting', change)
    return { success: true as const, message: `Privacy setting ${setting} updated to ${value}`, setting, value }
  },
})
