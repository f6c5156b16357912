import { z } from 'zod'
import type { ControlRequest, ControlRoute } from './control-types.ts'
import { newMessageId } from './message-id.ts'

const groupInput = z.object({ subject: z.string().min(1), participants: z.array(z.string()) })
const membersInput = z.object({
  action: z.enum(['add', 'remove', 'promote', 'demote']),
  participants: z.array(z.string()).min(1),
})
const groupChange = z.object({
  subject: z.string().min(1).optional(),
  description: z.string().optional(),
  announcement: z.boolean().optional(),
  locked: z.boolean().optional(),
  ephemeral: z.number().int().nonnegative().optional(),
  approval: z.boolean().optional(),
  memberAddMode: z.enum(['all_member_add', 'admin_add']).optional(),
  picture: z.string().optional(),
  capacity: z.number().int().positive().optional(),
})
const joinInput = z.object({ code: z.string().min(1) })
const decisionInput = z.object({ action: z.enum(['approve', 'reject']), participants: z.array(z.string()).min(1) })
const communityInput = z.object({ subject: z.string().min(1), description: z.string().optional() })
const linkInput = z.object({ group: z.string() })

const phoneOf = ({ params }: ControlRequest): string => params.phone ?? ''
const idOf = ({ params }: ControlRequest): string => params.id ?? ''

/** Operations on groups and communities. */
export const groupRoutes: ControlRoute[] = [
  { method: 'GET', path: '/groups', run: ({ network }) => ({ json: network.groups.list() }) },
  { method: 'GET', path: '/groups/:id', run: (request) => ({ json: request.network.groups.get(idOf(request)) }) },
  {
    method: 'GET',
    path: '/groups/:id/linked',
    run: (request) => ({ json: request.network.groups.linked(idOf(request)) }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/groups',
    run(request) {
      const { subject, participants } = groupInput.parse(request.body)
      return { status: 201, json: request.network.groups.create(phoneOf(request), subject, participants) }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/groups/join',
    run: (request) => ({ json: request.network.groups.join(phoneOf(request), joinInput.parse(request.body).code) }),
  },
  {
    method: 'PATCH',
    path: '/phones/:phone/groups/:id',
    run: (request) => ({
      json: request.network.groups.update(phoneOf(request), idOf(request), groupChange.parse(request.body)),
    }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/groups/:id/participants',
    run(request) {
      const { action, participants } = membersInput.parse(request.body)
      return { json: request.network.groups.change(phoneOf(request), idOf(request), action, participants) }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/groups/:id/requests',
    run(request) {
      const { action, participants } = decisionInput.parse(request.body)
      return { json: request.network.groups.decide(phoneOf(request), idOf(request), action, participants) }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/groups/:id/reset-invite',
    run: (request) => ({ json: request.network.groups.resetInvite(phoneOf(request), idOf(request)) }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/groups/:id/leave',
    run(request) {
      request.network.groups.leave(phoneOf(request), idOf(request))
      return { json: {} }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/communities',
    run(request) {
      const { subject, description } = communityInput.parse(request.body)
      const described = description === undefined ? undefined : { id: newMessageId(), text: description }
      const made = request.network.groups.createCommunity(phoneOf(request), { subject, description: described })
      return { status: 201, json: made }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/communities/:id/link',
    run: (request) => ({
      json: request.network.groups.link(phoneOf(request), idOf(request), linkInput.parse(request.body).group),
    }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/communities/:id/unlink',
    run: (request) => ({
      json: request.network.groups.unlink(phoneOf(request), idOf(request), linkInput.parse(request.body).group),
    }),
  },
]
