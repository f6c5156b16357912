import { z } from 'zod'
import { LOCALES } from '#domains/mail/model.ts'
import { changeProfile } from '#domains/sessions/profile.ts'
import { getUserWithRole } from '#domains/users/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { cxProfile, presentProfile } from './_profile.ts'

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

export const operation = defineOperation({
  key: 'cx PATCH /api/v1/profile',
  group: 'Profile',
  summary: 'Change the own name, time zone or language of mails',
  auth: ['userToken'],
  input: {
    body: z.object({
      name: z.string().trim().min(1).max(80),
      timezone: z.string().max(64).refine(isZone, 'is the IANA name of a time zone').optional(),
      locale: z.enum(LOCALES).optional(),
    }),
  },
  output: cxProfile,
  errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  needs: { main: 'readWrite' },
  examples: { body: { name: 'string' } },
  handler: async (ctx, { body }) => {
    const { user, role } = await getUserWithRole(ctx, ctx.actor.tenantId, Number(ctx.actor.id))
    return presentProfile(await changeProfile(ctx, user, body), role)
  },
})
