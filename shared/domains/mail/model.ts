import { z } from 'zod'

/** Languages that mails are written in; every other one reads English. */
export const LOCALES = ['en', 'es', 'pt'] as const

/** A language that mails are written in. */
export type Locale = (typeof LOCALES)[number]

/** The mail language of a user's or tenant's locale, for example `pt` of `pt-BR`. */
export const localeOf = (locale: string | null | undefined): Locale =>
  LOCALES.find((known) => known === locale?.slice(0, 2).toLowerCase()) ?? 'en'

const content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loginCode'), code: z.string(), minutes: z.number().int() }),
  z.object({ kind: z.literal('passwordChanged') }),
  z.object({ kind: z.literal('sessionsEnded') }),
  z.object({
    kind: z.literal('invitation'),
    organization: z.string(),
    invitedBy: z.string(),
    link: z.url(),
    days: z.number().int(),
  }),
])

/** What a mail says: its kind, and the facts its template shows. */
export type MailContent = z.infer<typeof content>

const letter = z.object({ to: z.email().nullable(), locale: z.enum(LOCALES), content })

/**
 * One mail to one person. Without an address nothing is sent: such a mail takes the way of a real one, so that nobody can tell
 * by the time an answer takes whether an address is known.
 */
export type Letter = z.infer<typeof letter>

/** Reads what was sealed into the queue. Throws on anything else. */
export const readLetter = (text: string): Letter => letter.parse(JSON.parse(text))

/** A mail on its way: the letter is sealed, because codes, links and addresses are nobody's to read in a queue. */
export const queuedMail = z.object({ id: z.string(), sealed: z.string(), expiresMs: z.number() })

/** A mail on its way. */
export type QueuedMail = z.infer<typeof queuedMail>
