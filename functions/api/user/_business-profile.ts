import { z } from 'zod'
import type { BusinessProfile } from '#domains/contacts/people.ts'

/** What a business says about itself, in the parts that two operations share. */
export const shownBusiness = z.object({
  address: z.string(),
  email: z.string(),
  business_hours_timezone: z.string(),
  categories: z.array(z.object({ id: z.string(), name: z.string() })),
  profile_options: z.record(z.string(), z.string()),
  business_hours: z.array(
    z.object({ day_of_week: z.string(), mode: z.string(), open_time: z.string(), close_time: z.string() }),
  ),
})

/** How an operation's document names days and modes; WhatsApp's own words are `mon` and `specific_hours`, `open_24h`, `appointment_only`. */
export type HourWords = { day: (name: string) => string; mode: (name: string) => string }

/** Minutes of the day as `09:00`; empty for none. */
const clockTime = (minutes: number | undefined): string => {
  if (minutes === undefined) return ''
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${two(minutes / 60)}:${two(minutes % 60)}`
}

/** Website and description stand among the options, as the document shows them. */
const optionsOf = ({ options, websites, description }: BusinessProfile): Record<string, string> => ({
  ...options,
  ...(websites[0] !== undefined && { website: websites[0] }),
  ...(description !== undefined && { about: description }),
})

/** A business's profile in the document's form. */
export const showBusiness = (profile: BusinessProfile, words: HourWords): z.input<typeof shownBusiness> => ({
  address: profile.address ?? '',
  email: profile.email ?? '',
  business_hours_timezone: profile.timezone ?? '',
  categories: profile.categories,
  profile_options: optionsOf(profile),
  business_hours: profile.hours.map(({ day, mode, opens, closes }) => ({
    day_of_week: words.day(day),
    mode: words.mode(mode),
    open_time: clockTime(opens),
    close_time: clockTime(closes),
  })),
})
