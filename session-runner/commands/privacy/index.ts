import type { Handlers } from '../handler.ts'
import { privacyBlock, privacyBlocklist } from './blocklist.ts'
import { privacyDisappearing, privacySet, privacySettings, privacyStatusAudience } from './settings.ts'

/** Handlers of work on who sees what of the account. */
export const privacyHandlers: Handlers<'privacy'> = {
  'privacy.settings': privacySettings,
  'privacy.set': privacySet,
  'privacy.status-audience': privacyStatusAudience,
  'privacy.disappearing': privacyDisappearing,
  'privacy.blocklist': privacyBlocklist,
  'privacy.block': privacyBlock,
}
