import { z } from 'zod'
import type { Inbox } from '#domains/inboxes/model.ts'
import { line } from '#kit/text.ts'

const integer = z.number().int()

/** An inbox as CEOX shows it. */
export const inboxRow = z.object({
  id: integer,
  name: z.string(),
  description: z.string(),
  color: z.string().describe('`#rrggbb`, or empty'),
  member_count: integer,
  device_count: integer,
})

/** An inbox as a row. */
export const rowOf = (inbox: Inbox): z.input<typeof inboxRow> => ({
  id: inbox.id,
  name: inbox.name,
  description: inbox.description,
  color: inbox.color,
  member_count: inbox.memberCount,
  device_count: inbox.deviceCount,
})

/** What people say about an inbox. */
export const inboxFields = {
  name: line(60, 1),
  description: line(500),
  color: z.string().regex(/^(#[0-9A-Fa-f]{6})?$/, 'must be a colour such as #16a34a'),
}

/** The inbox in a path. */
export const inboxParams = z.object({ id: z.string() })
