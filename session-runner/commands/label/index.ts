import type { Handlers } from '../handler.ts'
import { labelChat, labelEdit, labelMessage } from './labels.ts'

/** Handlers of work on labels. */
export const labelHandlers: Handlers<'label'> = {
  'label.edit': labelEdit,
  'label.chat': labelChat,
  'label.message': labelMessage,
}
