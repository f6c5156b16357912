import type { Handlers } from '../handler.ts'
import { syncAppStateNow, syncRefresh } from './app-state.ts'
import { syncChatHistory, syncFullHistory } from './history.ts'

/** Handlers of work on what a device and its phone keep in common. */
export const syncHandlers: Handlers<'sync'> = {
  'sync.app-state': syncAppStateNow,
  'sync.chat-history': syncChatHistory,
  'sync.full-history': syncFullHistory,
  'sync.refresh': syncRefresh,
}
