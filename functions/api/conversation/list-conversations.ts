import { z } from 'zod'
import { fitsSearch } from '#domains/contacts/list.ts'
import { folded } from '#domains/contacts/model.ts'
import { getContacts } from '#domains/contacts/repo.ts'
import { type Listed, listConversations } from '#domains/conversations/list.ts'
import type { Device } from '#domains/devices/model.ts'
import { visibleDevices } from '#domains/devices/visible.ts'
import { nextPageHeaders, openCursor, sealCursor } from '#kit/cursor.ts'
import { answer, defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { numberParameter } from '#kit/number-id.ts'
import { cursorParameter, limitUpTo } from '#kit/paging.ts'
import { conversationRow, rowsOf } from './_rows.ts'

const KEY = 'ceox GET /api/v1/conversations'

const LISTS = { open: ['open'], solved: ['closed'], all: ['open', 'closed'] } as const

const query = z.object({
  status: z.enum(['open', 'solved', 'all']).default('open').describe('Solved ones are hidden unless asked for'),
  device_id: numberParameter('a device').optional(),
  unread: z.enum(['true', 'false']).optional().describe('`true`: only those with unread messages'),
  search: z.string().max(100).optional().describe('In the name, the number and the newest message'),
  limit: limitUpTo(500),
  cursor: cursorParameter,
})

/** The conversations whose contact, name or newest message has the words. */
const searched = async (ctx: OperationContext, some: Listed[], search: string): Promise<Listed[]> => {
  const ids = some.flatMap(({ contactId }) => contactId ?? [])
  const contacts = await getContacts(ctx, ctx.actor.tenantId, ids)
  return some.filter(({ contactId, name, lastMessage }) => {
    const contact = contactId === undefined ? undefined : contacts.get(contactId)
    if (contact && fitsSearch(contact, search)) return true
    return folded(`${name ?? ''}\n${lastMessage?.text ?? ''}`).includes(folded(search).trim())
  })
}

/** Gives the conversations that the actor may see and that fit the request, of some that were read. */
const chooser =
  (ctx: OperationContext, input: z.output<typeof query>, devices: ReadonlyMap<string, Device>) =>
  async (some: Listed[]): Promise<Listed[]> => {
    const fitting = some.filter(({ deviceId, unreadCount }) => {
      const device = devices.get(deviceId)
      if (!device || (input.device_id !== undefined && device.number !== input.device_id)) return false
      return input.unread !== 'true' || unreadCount > 0
    })
    return input.search?.trim() ? searched(ctx, fitting, input.search) : fitting
  }

export const operation = defineOperation({
  key: KEY,
  group: 'conversations',
  summary: 'Inbox threads, one per contact and device',
  description:
    'One row for each contact on each device, those with the newest messages first. Solved conversations are left out unless `status` asks for them. ' +
    'A user sees the conversations of the devices he sees (see the list of devices). Our own parameters filter and page; where there ' +
    'is more, `X-Next-Cursor` and `Link` lead on. With filters a page may have fewer rows than its limit, and more to follow.',
  auth: ['apiKey', 'userToken'],
  input: { query },
  output: z.array(conversationRow),
  errors: ['validation_failed', 'invalid_cursor', 'unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx, { query: input }) => {
    const { tenantId } = ctx.actor
    const { cursor, limit, ...filters } = input
    const scope = { tenantId, operation: KEY, filters }
    const before = cursor === undefined ? undefined : await openCursor(scope, cursor, ctx.clock.nowMs())
    const devices = new Map((await visibleDevices(ctx)).map((device) => [device.id, device]))
    const choose = chooser(ctx, input, devices)
    const { items, next } = await listConversations(ctx, tenantId, {
      lists: LISTS[input.status],
      choose,
      limit,
      before,
    })
    const onward = next === undefined ? undefined : await sealCursor(scope, next, ctx.clock.nowMs())
    return answer({
      body: await rowsOf(ctx, tenantId, items, devices),
      headers: nextPageHeaders(ctx.request, onward),
    })
  },
})
