import type { Key } from '#data/expressions.ts'

/** A group of devices with the users who see them. */
export type Inbox = {
  /** Per-tenant integer. */
  id: number
  tenantId: string
  name: string
  description: string
  /** `#rrggbb`, or empty. */
  color: string
  /** Users and devices in it, counted with each that comes or goes. */
  memberCount: number
  deviceCount: number
  createdAt: string
  updatedAt: string
  /** Set when its deletion began: nobody finds it any more, and who or what is in it is on the way out. */
  deletedAt?: string
}

/** Inboxes that a user is in at most: a change of all of them still is one transaction. */
export const MOST_INBOXES = 40

/** Key of an inbox; its tenant's small settings share the partition. */
export const inboxKey = (tenantId: string, id: number): Key => ({
  pk: `O#${tenantId}`,
  sk: `I#${String(id).padStart(10, '0')}`,
})
