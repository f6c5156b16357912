import type { Key } from '#data/expressions.ts'

/** Key of a client. */
export const clientKey = (tenantId: string, clientId: string): Key => ({
  pk: `GCL#${tenantId}#${clientId}`,
  sk: 'META',
})

/** Key of a token. */
export const tokenKey = (tenantId: string, id: number): Key => ({ pk: `GTK#${tenantId}#${id}`, sk: 'META' })

/** Key of the identity that tokens with `use_host` share. */
export const hostKey = (tenantId: string): Key => ({ pk: `GID#${tenantId}`, sk: 'HOST' })

/** Partition of the devices that an identity has. */
export const devicesKey = (tenantId: string, identity: string): string => `GDV#${tenantId}#${identity}`
