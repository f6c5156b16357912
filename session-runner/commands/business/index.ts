import type { Handlers } from '../handler.ts'
import { businessBotProfiles, businessBots } from './bots.ts'
import { businessContactLink, businessResolveLink } from './links.ts'

/** Handlers of questions about businesses and bots. */
export const businessHandlers: Handlers<'business'> = {
  'business.resolve-link': businessResolveLink,
  'business.contact-link': businessContactLink,
  'business.bots': businessBots,
  'business.bot-profiles': businessBotProfiles,
}
