import { z } from 'zod'

/** Work on what a linked device and its phone keep in common: app state and history. */
export const syncWork = [
  z.object({ type: z.literal('sync.app-state'), full: z.boolean(), recovery: z.boolean() }),
  /** Parts of a refreshed session. */
  z.object({
    type: z.literal('sync.refresh'),
    appState: z.boolean(),
    preKeys: z.boolean(),
    privacy: z.boolean(),
    recovery: z.boolean(),
  }),
  /** Older messages of a chat than the one named. */
  z.object({
    type: z.literal('sync.chat-history'),
    chat: z.string(),
    messageId: z.string(),
    timestampMs: z.number().int(),
    fromMe: z.boolean(),
    count: z.number().int(),
  }),
  /** Messages of all chats. */
  z.object({
    type: z.literal('sync.full-history'),
    requestId: z.string(),
    days: z.number().int(),
    sizeMb: z.number().int(),
    groups: z.boolean(),
    calls: z.boolean(),
  }),
] as const
