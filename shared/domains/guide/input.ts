import { z } from 'zod'
import type { ClientRole } from './model.ts'

/** The role of a client, as callers see it. */
export const clientRole = z.enum(['super_admin', 'admin', 'user'] satisfies ClientRole[])

const SCOPE = /^(\*|[a-z]+:(\*|[a-z]+:(\*|[a-z]+)))$/

/** What a client may do, each as resource, verb and target. */
export const scopes = z
  .array(z.string().regex(SCOPE, 'must be of the form resource:verb:target, for example tokens:read:*'))
  .max(50, 'has at most 50 entries')

/** What a client is called. A colon would end the name in Basic authentication, and a slash the path. */
export const clientId = z.string().regex(/^[A-Za-z0-9][\w.@-]{0,99}$/, 'has 1 to 100 letters, digits and . _ - @')

/** What a client is described by. */
export const description = z.string().max(500, 'has at most 500 characters')
