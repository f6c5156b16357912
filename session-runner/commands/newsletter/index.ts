import type { Handlers } from '../handler.ts'
import { newsletterFollow, newsletterInfo, newsletterList, newsletterMute, newsletterUnfollow } from './about.ts'
import { newsletterAcceptTerms, newsletterCreate, newsletterInviteAdmin } from './manage.ts'
import { newsletterLive, newsletterPosts, newsletterReact, newsletterUpdates, newsletterView } from './posts.ts'

/** Handlers of work on channels. */
export const newsletterHandlers: Handlers<'newsletter'> = {
  'newsletter.accept-terms': newsletterAcceptTerms,
  'newsletter.create': newsletterCreate,
  'newsletter.follow': newsletterFollow,
  'newsletter.info': newsletterInfo,
  'newsletter.invite-admin': newsletterInviteAdmin,
  'newsletter.list': newsletterList,
  'newsletter.live': newsletterLive,
  'newsletter.mute': newsletterMute,
  'newsletter.posts': newsletterPosts,
  'newsletter.react': newsletterReact,
  'newsletter.unfollow': newsletterUnfollow,
  'newsletter.updates': newsletterUpdates,
  'newsletter.view': newsletterView,
}
