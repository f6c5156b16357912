import type { Handlers } from '../handler.ts'
import { usersAvatar } from './avatar.ts'
import { usersBusinessProfile } from './business-profile.ts'
import { usersCheck } from './check.ts'
import { usersDevices } from './devices.ts'
import { usersInfo } from './info.ts'
import { usersLid } from './lid.ts'
import { usersProfile } from './profile.ts'

/** Handlers of questions about people. */
export const userHandlers: Handlers<'users'> = {
  'users.check': usersCheck,
  'users.info': usersInfo,
  'users.profile': usersProfile,
  'users.devices': usersDevices,
  'users.lid': usersLid,
  'users.avatar': usersAvatar,
  'users.business-profile': usersBusinessProfile,
}
