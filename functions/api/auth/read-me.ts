import { z } from 'zod'
import { getTenant } from '#domains/tenants/repo.ts'
import { cxOrganization, cxUser, presentOrganization, presentUser } from '#domains/users/present-cx.ts'
import { getUserWithRole } from '#domains/users/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'cx GET /api/v1/auth/me',
  group: 'Auth',
  summary: 'The logged-in user with organisation and capabilities',
  auth: ['userToken'],
  input: {},
  output: z.object({
    user: cxUser,
    organization: cxOrganization.nullable(),
    capabilities: z.array(z.string()),
    actingAs: z.object({ superAdminId: z.string(), expiresAt: z.string() }).nullable(),
    onboardingCompleted: z.boolean(),
    featureFlags: z.record(z.string(), z.boolean()),
  }),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read', platformSecret: 'read' },
  handler: async (ctx) => {
    const { user, role } = await getUserWithRole(ctx, ctx.actor.tenantId, Number(ctx.actor.id))
    const tenant = await getTenant(ctx, user.tenantId)
    return {
      user: presentUser(user, role),
      organization: presentOrganization(tenant),
      capabilities: role.capabilities,
      actingAs: null,
      onboardingCompleted: tenant.onboardingCompletedAt !== null,
      featureFlags: {},
    }
  },
})
