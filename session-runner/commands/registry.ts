import { accountHandlers } from './account/index.ts'
import { businessHandlers } from './business/index.ts'
import { callHandlers } from './call/index.ts'
import { chatHandlers } from './chat/index.ts'
import { communityHandlers } from './community/index.ts'
import { contactHandlers } from './contact/index.ts'
import { deviceHandlers } from './device/index.ts'
import { groupHandlers } from './group/index.ts'
import type { CommandHandler, QueryType } from './handler.ts'
import { labelHandlers } from './label/index.ts'
import { newsletterHandlers } from './newsletter/index.ts'
import { privacyHandlers } from './privacy/index.ts'
import { syncHandlers } from './sync/index.ts'
import { userHandlers } from './user/index.ts'

/** The handler of each type of command. A type without one does not compile. */
export const HANDLERS: { [Type in QueryType]: CommandHandler<Type> } = {
  ...deviceHandlers,
  ...chatHandlers,
  ...userHandlers,
  ...accountHandlers,
  ...contactHandlers,
  ...privacyHandlers,
  ...businessHandlers,
  ...newsletterHandlers,
  ...groupHandlers,
  ...communityHandlers,
  ...labelHandlers,
  ...callHandlers,
  ...syncHandlers,
}
