import { z } from 'zod'
import { businessFacts } from './business-facts.ts'
import { chatRoutes } from './control-chat-routes.ts'
import { ControlError } from './control-error.ts'
import { groupRoutes } from './control-group-routes.ts'
import { networkRoutes } from './control-network-routes.ts'
import { newsletterRoutes } from './control-newsletter-routes.ts'
import type { ControlRequest, ControlRoute } from './control-types.ts'
import { ensurePhone } from './phone-api.ts'
import { messageInput } from './phone-compose.ts'
import { qrText } from './qr-image.ts'

const contacts = z.array(z.object({ phone: z.string(), name: z.string() }))
const phoneInput = z.object({
  phone: z.string(),
  name: z.string().optional(),
  online: z.boolean().optional(),
  autoRead: z.boolean().optional(),
  contacts: contacts.optional(),
})
const phoneChange = z.object({
  name: z.string().min(1).optional(),
  online: z.boolean().optional(),
  autoRead: z.boolean().optional(),
  about: z.string().optional(),
  picture: z.string().optional(),
  statusAudience: z
    .object({ type: z.enum(['contacts', 'blacklist', 'whitelist']), phones: z.array(z.string()) })
    .optional(),
  privacy: z.record(z.string(), z.string()).optional(),
  blocked: z.array(z.string()).optional(),
  disappearing: z.number().int().nonnegative().optional(),
  business: businessFacts.optional(),
  contacts: contacts.optional(),
})
const scanInput = z.object({ qr: z.string().min(1) })
const codeInput = z.object({ code: z.string().min(1) })
const readInput = z.object({ id: z.union([z.string(), z.array(z.string()).min(1)]) })
const presenceInput = z.object({ available: z.boolean() })
const typingInput = z.object({ to: z.string(), state: z.enum(['composing', 'recording', 'paused']) })
const callInput = z.object({ to: z.string(), video: z.boolean().optional() })
const hangUpInput = z.object({ to: z.string(), callId: z.string() })
const acceptInput = z.object({ callId: z.string() })
const unlinkInput = z.object({ device: z.number().int() })

function phoneOf({ network, params }: ControlRequest) {
  return network.phone(params.phone ?? '')
}

function sinceOf(query: URLSearchParams): number | undefined {
  const since = query.get('since')
  if (!since) return undefined
  if (!/^\d+(\.\d+)?$/.test(since))
    throw new ControlError(400, 'invalid_request', '`since` is no time in Unix seconds.')
  return Number(since)
}

const phoneRoutes: ControlRoute[] = [
  {
    method: 'POST',
    path: '/phones',
    run({ world, network, body }) {
      const { phone, ...options } = phoneInput.parse(body)
      const { created } = ensurePhone(world, phone, options)
      return { status: created ? 201 : 200, json: network.phone(phone).view() }
    },
  },
  { method: 'GET', path: '/phones', run: ({ network }) => ({ json: network.phones() }) },
  { method: 'GET', path: '/phones/:phone', run: (request) => ({ json: phoneOf(request).view() }) },
  {
    method: 'PATCH',
    path: '/phones/:phone',
    run: async (request) => ({ json: await phoneOf(request).update(phoneChange.parse(request.body)) }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/scan',
    run: async (request) => ({ json: await phoneOf(request).scan(qrText(scanInput.parse(request.body).qr)) }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/link-code',
    run: async (request) => ({ json: await phoneOf(request).linkCode(codeInput.parse(request.body).code) }),
  },
  {
    method: 'POST',
    path: '/phones/:phone/unlink',
    async run(request) {
      await phoneOf(request).unlink(unlinkInput.parse(request.body).device)
      return { json: phoneOf(request).view() }
    },
  },
]

const reinstallRoute: ControlRoute = {
  method: 'POST',
  path: '/phones/:phone/reinstall',
  async run(request) {
    await phoneOf(request).reinstall()
    return { json: phoneOf(request).view() }
  },
}

const messageRoutes: ControlRoute[] = [
  {
    method: 'POST',
    path: '/phones/:phone/messages',
    run: async (request) => ({ status: 201, json: await phoneOf(request).send(messageInput.parse(request.body)) }),
  },
  {
    method: 'GET',
    path: '/phones/:phone/messages',
    run(request) {
      const { query } = request
      return { json: phoneOf(request).messages({ chat: query.get('chat') ?? undefined, since: sinceOf(query) }) }
    },
  },
  {
    method: 'GET',
    path: '/phones/:phone/media/:id',
    async run(request) {
      const { bytes, mimetype } = await phoneOf(request).media(request.params.id ?? '')
      return { bytes, type: mimetype }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/read',
    async run(request) {
      await phoneOf(request).read(readInput.parse(request.body).id)
      return { json: {} }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/presence',
    run(request) {
      phoneOf(request).presence(presenceInput.parse(request.body).available)
      return { json: {} }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/typing',
    run(request) {
      const { to, state } = typingInput.parse(request.body)
      phoneOf(request).typing(to, state)
      return { json: {} }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/call',
    run(request) {
      const { to, video } = callInput.parse(request.body)
      return { status: 201, json: phoneOf(request).call(to, video) }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/accept',
    run(request) {
      phoneOf(request).accept(acceptInput.parse(request.body).callId)
      return { json: {} }
    },
  },
  {
    method: 'POST',
    path: '/phones/:phone/hang-up',
    run(request) {
      const { to, callId } = hangUpInput.parse(request.body)
      phoneOf(request).hangUp(to, callId)
      return { json: {} }
    },
  },
]

/** All operations of the control API. */
export function controlRoutes(): ControlRoute[] {
  return [
    ...phoneRoutes,
    reinstallRoute,
    ...messageRoutes,
    ...chatRoutes,
    ...groupRoutes,
    ...newsletterRoutes,
    ...networkRoutes,
  ]
}
