/** A webhook that a tenant registered. `style` chooses the payload, by the document under which it was registered. */
export type Webhook = {
  /** Per-tenant integer. */
  id: number
  tenantId: string
  url: string
  active: boolean
  style: 'ceox' | 'guide'
  /** Whose it is, when it belongs to a token of the Guide's: it gets what that identity's devices receive. */
  owner?: { tokenId: number; clientUid: string; identity: string; expiresAt?: string }
  /** The client of its token is switched off. */
  suspended?: boolean
  /** Signing secret, encrypted; it is never shown again. */
  secretCipher?: string
  /** Why deliveries switched it off. */
  disabledReason?: string
  createdAt: string
  updatedAt: string
}

/** Whether a webhook gets anything at the moment: a token's webhook ends with the token. */
export const isDelivering = ({ active, suspended, owner }: Webhook, nowMs: number): boolean =>
  active && suspended !== true && (owner?.expiresAt === undefined || Date.parse(owner.expiresAt) > nowMs)
