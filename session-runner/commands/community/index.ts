import type { Handlers } from '../handler.ts'
import { communitiesCreate } from './create.ts'
import { communitiesLink, communitiesLinked } from './link.ts'

/** Handlers of work on communities. */
export const communityHandlers: Handlers<'communities'> = {
  'communities.create': communitiesCreate,
  'communities.link': communitiesLink,
  'communities.linked': communitiesLinked,
}
