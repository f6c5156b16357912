import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'

const sessionFacts = z.object({ userId: z.number().int().describe('Per-tenant number of the user') })

const ofSession = (image: Image): z.input<typeof sessionFacts> => ({ userId: Number(image.userId) })

/** A user signed in. */
export const authLogin = defineEvent({
  type: 'auth.login',
  version: 1,
  summary: 'A user signed in, by password or by code.',
  data: sessionFacts,
  project: ofSession,
})

/** A copy of a sign-in is in other hands. */
export const authRefreshReuse = defineEvent({
  type: 'auth.refresh_reuse',
  version: 1,
  summary: 'A refresh token that was exchanged before came again; the sign-in it belongs to was ended.',
  data: sessionFacts,
  project: ofSession,
})
