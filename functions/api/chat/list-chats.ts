import { z } from 'zod'
import { isMuted, listChats } from '#domains/chats/list.ts'
import type { Chat } from '#domains/chats/model.ts'
import { userOf } from '#domains/contacts/model.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { threads } from '#services'

const count = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

const shownChat = z.object({
  chat_jid: z.string(),
  phone_number: z.string().describe('Empty where WhatsApp tells only the hidden id'),
  muted_until: z.number().int().describe('Unix seconds; 0 is not muted, -1 muted without end'),
  pinned: z.boolean(),
  archived: z.boolean(),
})

const shown = (chat: Chat, nowMs: number): z.input<typeof shownChat> => ({
  chat_jid: chat.jid,
  phone_number: chat.jid.endsWith('@lid') ? '' : userOf(chat.jid),
  muted_until: isMuted(chat, nowMs) ? chat.mutedUntil : 0,
  pinned: chat.pinned,
  archived: chat.archived,
})

export const operation = defineOperation({
  key: 'digigo GET /chat/list',
  group: 'Sync',
  summary: 'Chats known to local storage',
  description:
    'Chats that synchronisation has named, as they are stored here; pinned ones first. All of them unless `limit` and `offset` ask for a part; `stats` counts all.',
  auth: ['deviceToken'],
  input: {
    query: z.object({
      limit: z
        .string()
        .regex(/^([1-9]\d{0,2}|1000)$/, 'is a number from 1 to 1000')
        .transform(count)
        .optional(),
      offset: z
        .string()
        .regex(/^\d{1,7}$/, 'is a number')
        .transform(count)
        .optional(),
    }),
  },
  output: z.object({
    success: z.literal(true),
    chats: z.array(shownChat),
    stats: z.object({
      total: z.number().int(),
      pinned_count: z.number().int(),
      archived_count: z.number().int(),
      muted_count: z.number().int(),
    }),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: ['validation_failed', 'unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx, { query }) => {
    const device = await ownDevice(ctx, ctx.actor)
    const nowMs = ctx.clock.nowMs()
    const chats = await listChats(ctx, threads(), { tenantId: device.tenantId, deviceId: device.id })
    const from = query.offset ?? 0
    const part = chats.slice(from, query.limit === undefined ? undefined : from + query.limit)
    return {
      success: true as const,
      chats: part.map((chat) => shown(chat, nowMs)),
      stats: {
        total: chats.length,
        pinned_count: chats.filter(({ pinned }) => pinned).length,
        archived_count: chats.filter(({ archived }) => archived).length,
        muted_count: chats.filter((chat) => isMuted(chat, nowMs)).length,
      },
    }
  },
})
