import type { Handlers } from '../handler.ts'
import { chatDownload } from './download.ts'
import { chatMarkRead } from './mark-read.ts'
import { chatPresence } from './presence.ts'
import { chatStar } from './star.ts'
import { chatArchive, chatDelete, chatMute, chatPin } from './state.ts'

/** Handlers of work in chats. */
export const chatHandlers: Handlers<'chat'> = {
  'chat.mark-read': chatMarkRead,
  'chat.presence': chatPresence,
  'chat.pin': chatPin,
  'chat.archive': chatArchive,
  'chat.mute': chatMute,
  'chat.star': chatStar,
  'chat.delete': chatDelete,
  'chat.download': chatDownload,
}
