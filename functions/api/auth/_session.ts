import { z } from 'zod'
import { SLIDING_SECONDS, startSession, type Tokens } from '#domains/sessions/refresh.ts'
import { getTenant } from '#domains/tenants/repo.ts'
import type { User } from '#domains/users/model.ts'
import { LONGEST_PASSWORD, newPassword } from '#domains/users/password-rules.ts'
import { cxOrganization, cxTokens, cxUser, presentOrganization, presentUser } from '#domains/users/present-cx.ts'
import { getUserWithRole } from '#domains/users/repo.ts'
import { verifyAccessToken } from '#kit/access-token.ts'
import { type AnswerValue, answer, type OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { assertOwnPage, refreshCookie } from './_cookie.ts'

/** What every sign-in takes beside the proof of who it is. */
export const signInOptions = {
  organizationId: z.string().max(64).optional().describe('Which organisation, when the address is in several'),
  surface: z.enum(['cx', 'ceox']).default('cx').describe('Form of answers on the paths that CX and CEOX share'),
  cookie: z
    .boolean()
    .default(false)
    .describe('For pages of this host: the refresh token comes as an HttpOnly cookie, and empty in the body'),
}

/** Tokens are strings here: with the cookie, the refresh token is empty in the body. */
export const session = z.object({
  user: cxUser,
  organization: cxOrganization.nullable(),
  otherOrganizations: z.array(z.object({ id: z.string(), name: z.string(), slug: z.string() })),
  tokens: cxTokens,
})

/** Tokens as they are answered: whole, or with the refresh token in the cookie where no script of the page can read it. */
export const answerTokens = <T>(
  tokens: Tokens,
  cookie: boolean,
  shape: (tokens: Tokens) => T,
): { body: T; headers?: Record<string, string> } =>
  cookie
    ? { body: shape({ ...tokens, refreshToken: '' }), headers: refreshCookie(tokens.refreshToken, SLIDING_SECONDS) }
    : { body: shape(tokens) }

/**
 * Signs in one of the users who proved who they are: the one of the wanted organisation, else the last used. Throws `not_found`
 * and `organization_cancelled`.
 */
export const signIn = async (
  ctx: OperationContext,
  users: User[],
  options: { organizationId?: string; surface: 'cx' | 'ceox'; cookie: boolean },
): Promise<AnswerValue> => {
  const { organizationId, surface, cookie } = options
  const user = organizationId ? users.find(({ tenantId }) => tenantId === organizationId) : users[0]
  if (!user) throw fail('not_found')
  const { role } = await getUserWithRole(ctx, user.tenantId, user.id)
  const tenant = await getTenant(ctx, user.tenantId)
  if (tenant.status === 'CANCELLED') throw fail('organization_cancelled')
  const others = await Promise.all(
    users.filter((other) => other !== user).map(({ tenantId }) => getTenant(ctx, tenantId)),
  )
  const shape = (tokens: Tokens): z.infer<typeof session> => ({
    user: presentUser(user, role),
    organization: presentOrganization(tenant),
    otherOrganizations: others.map(({ id, name, slug }) => ({ id, name, slug })),
    tokens,
  })
  return answer(answerTokens(await startSession(ctx, user, surface), cookie, shape))
}

/** A page of another host must not make a browser sign in here. Throws `forbidden`. */
export const assertMayUseCookie = (ctx: OperationContext, cookie: boolean): void => {
  if (cookie && ctx.request.headers.origin !== undefined) assertOwnPage(ctx.request)
}

/** A password as the document sends it: its placeholder is shorter than passwords may be, so `assertLongEnough` looks at that. */
export const password = z.string().min(1).max(LONGEST_PASSWORD)

/** Refuses a new password that is too short. Throws `validation_failed` naming `field`. */
export const assertLongEnough = (wish: string, field: string): void => {
  const message = newPassword.safeParse(wish).error?.issues[0]?.message
  if (message !== undefined) throw fail('validation_failed', { details: [{ path: field, message }] })
}

/** The user who asks, and the session his token is of. */
export const ownSession = async (ctx: OperationContext): Promise<{ user: User; sessionId: string }> => {
  const [, token = ''] = /^bearer\s+(\S+)$/i.exec(ctx.request.headers.authorization ?? '') ?? []
  const claims = await verifyAccessToken(token, ctx.clock.nowMs())
  if (!claims) throw fail('unauthenticated')
  const { user } = await getUserWithRole(ctx, ctx.actor.tenantId, Number(ctx.actor.id))
  return { user, sessionId: claims.sid }
}
