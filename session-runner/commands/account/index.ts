import type { Handlers } from '../handler.ts'
import { accountAbout, accountSetAbout } from './about.ts'
import { accountSetName } from './name.ts'
import { accountSetPicture } from './picture.ts'
import { accountPresence } from './presence.ts'

/** Handlers of work on the account's own profile. */
export const accountHandlers: Handlers<'account'> = {
  'account.about': accountAbout,
  'account.set-about': accountSetAbout,
  'account.set-name': accountSetName,
  'account.set-picture': accountSetPicture,
  'account.presence': accountPresence,
}
