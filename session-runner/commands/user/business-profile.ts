import type { BinaryNode } from '@whiskeysockets/baileys'
import { fail } from '#kit/errors.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { childAt, childrenOf, queryWhatsApp, refusalOf, textOf } from '../whatsapp-query.ts'

/** What a business says about itself. Times are in minutes of the day. */
export type BusinessProfile = {
  jid: string
  email?: string
  address?: string
  description?: string
  websites: string[]
  categories: { id: string; name: string }[]
  options: Record<string, string>
  timezone?: string
  hours: { day: string; mode: string; opens?: number; closes?: number }[]
}

const minutes = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

const described = (jid: string, profile: BinaryNode): BusinessProfile => {
  const text = (tag: string): string | undefined => textOf(childAt(profile, tag)) || undefined
  const hours = childAt(profile, 'business_hours')
  const options = childAt(profile, 'profile_options')?.content
  return {
    jid,
    email: text('email'),
    address: text('address'),
    description: text('description'),
    websites: childrenOf(profile, 'website').flatMap((website) => textOf(website) || []),
    categories: childrenOf(childAt(profile, 'categories'), 'category').map((category) => ({
      id: category.attrs.id ?? '',
      name: textOf(category) ?? '',
    })),
    options: Object.fromEntries(
      Array.isArray(options) ? options.map((option): [string, string] => [option.tag, textOf(option) ?? '']) : [],
    ),
    timezone: hours?.attrs.timezone,
    hours: childrenOf(hours, 'business_hours_config').map(({ attrs }) => ({
      day: attrs.day_of_week ?? '',
      mode: attrs.mode ?? '',
      opens: minutes(attrs.open_time),
      closes: minutes(attrs.close_time),
    })),
  }
}

/**
 * The profile of a business account; undefined for anybody else, about whom WhatsApp says nothing (request and answer as in
 * whatsmeow's `GetBusinessProfile`).
 */
export const findBusinessProfile = async (socket: LiveSocket, jid: string): Promise<BusinessProfile | undefined> => {
  const asked = { tag: 'business_profile', attrs: { v: '244' }, content: [{ tag: 'profile', attrs: { jid } }] }
  const answer = await queryWhatsApp(socket, { xmlns: 'w:biz', type: 'get', content: [asked] }).catch(
    (error: unknown): undefined => {
      if (refusalOf(error) !== 404) throw error
    },
  )
  const profile = childAt(answer, 'business_profile', 'profile')
  return profile && described(jid, profile)
}

/** Answers with the profile of a business. Throws `not_found` for an account that is none. */
export const usersBusinessProfile: CommandHandler<'users.business-profile'> = async (_services, session, { jid }) => {
  const profile = await findBusinessProfile(await requireOnline(session), jid)
  if (!profile) throw fail('not_found', { message: 'The number is no WhatsApp Business account.' })
  return profile
}
