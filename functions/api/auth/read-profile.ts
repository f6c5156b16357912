import { getUserWithRole } from '#domains/users/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { cxProfile, presentProfile } from './_profile.ts'

export const operation = defineOperation({
  key: 'cx GET /api/v1/profile',
  group: 'Profile',
  summary: 'The own profile',
  auth: ['userToken'],
  input: {},
  output: cxProfile,
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const { user, role } = await getUserWithRole(ctx, ctx.actor.tenantId, Number(ctx.actor.id))
    return presentProfile(user, role)
  },
})
