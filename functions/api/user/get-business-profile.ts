import { z } from 'zod'
import { findBusinessProfile } from '#domains/contacts/people.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { type HourWords, showBusiness, shownBusiness } from './_business-profile.ts'
import { documented, liveErrors, liveNeeds, phoneJid, required } from './_live.ts'

const DAYS: Record<string, string> = {
  sun: 'SUNDAY',
  mon: 'MONDAY',
  tue: 'TUESDAY',
  wed: 'WEDNESDAY',
  thu: 'THURSDAY',
  fri: 'FRIDAY',
  sat: 'SATURDAY',
}

/** Open within hours is `OPEN`; the other modes keep WhatsApp's word. */
const words: HourWords = {
  day: (name) => DAYS[name] ?? name.toUpperCase(),
  mode: (name) => (name === 'specific_hours' ? 'OPEN' : name.toUpperCase()),
}

export const operation = defineOperation({
  key: 'digigo POST /user/business/profile',
  group: 'User',
  summary: 'Business profile of an account',
  description: 'Accounts of persons have no such profile: they answer 404.',
  auth: ['deviceToken'],
  input: {
    body: z.object({ phone: z.string().optional().describe('Required. Phone number of the business account') }),
  },
  output: shownBusiness.extend({ jid: z.string() }),
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'not_found'],
  needs: liveNeeds,
  examples: { body: { phone: '5491155553934' } },
  handler: async (ctx, { body }) => {
    const phone = required(body.phone, 'missing phone number in payload')
    const jid = phoneJid(phone, 'invalid phone number')
    const device = await sessionDevice(ctx, ctx.actor)
    const asked = findBusinessProfile(commandPort(), device, jid)
    const profile = await documented('failed to get business profile', asked)
    return { jid: profile.jid, ...showBusiness(profile, words) }
  },
})
