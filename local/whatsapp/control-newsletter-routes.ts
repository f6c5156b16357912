import { z } from 'zod'
import type { ControlRoute } from './control-types.ts'

const createInput = z.object({ name: z.string().min(1), description: z.string().optional() })
const postInput = z.object({
  text: z.string().optional(),
  image: z.object({ base64: z.string(), mimetype: z.string().optional(), caption: z.string().optional() }).optional(),
  id: z.string().optional(),
})
const reactInput = z.object({ serverId: z.number().int(), code: z.string() })

/** Operations on newsletters. */
export const newsletterRoutes: ControlRoute[] = [
  { method: 'GET', path: '/newsletters', run: ({ network }) => ({ json: network.newsletters.list() }) },
  {
    method: 'GET',
    path: '/newsletters/:id',
    run: ({ network, params }) => ({ json: network.newsletters.get(params.id ?? '') }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/newsletters',
    run({ network, params, body }) {
      const { name, description } = createInput.parse(body)
      return { status: 201, json: network.newsletters.create(params.phone ?? '', name, description) }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/newsletters/:id/follow',
    run({ network, params }) {
      network.newsletters.follow(params.phone ?? '', params.id ?? '')
      return { json: {} }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/newsletters/:id/posts',
    run: ({ network, params, body }) => ({
      status: 201,
      json: network.newsletters.post(params.phone ?? '', params.id ?? '', postInput.parse(body)),
    }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/newsletters/:id/reactions',
    run({ network, params, body }) {
      const { serverId, code } = reactInput.parse(body)
      network.newsletters.react(params.phone ?? '', params.id ?? '', serverId, code)
      return { json: {} }
    },
  },
  {
    method: 'GET',
    path: '/phones/:phone/notices',
    run: ({ network, params }) => ({ json: network.newsletters.notices(params.phone ?? '') }),
  },
]
