import { z } from 'zod'
import { createDevice } from '#domains/devices/create.ts'
import { parseEventNames } from '#domains/devices/event-names.ts'
import {
  type PlainSettings,
  proxyConfig,
  rabbitmqConfig,
  s3Config,
  sealSettings,
  whatsappConfig,
} from '#domains/devices/settings.ts'
import { SKIP_FLAGS } from '#domains/devices/shown-settings.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseProxyUrl } from '#kit/proxy-url.ts'
import { checkUrl } from '#kit/safe-fetch.ts'
import { counters } from '#services'
import { createdUser } from './_created-user.ts'

const transportSkips = z.strictObject(Object.fromEntries(SKIP_FLAGS.map((name) => [name, z.boolean().optional()])))

const body = z.object({
  name: z.string().trim().min(1, 'must not be empty').max(255),
  token: z
    .string()
    .regex(/^[!-~]+$/, 'has visible ASCII characters only')
    .min(8, 'has at least 8 characters')
    .max(255),
  webhook: z.string().max(2048).optional(),
  events: z.union([z.string(), z.array(z.string())]).optional(),
  expiration: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Unix seconds after which the token stops working; 0 never'),
  echoApiMessages: z.boolean().optional(),
  skipMedia: z.boolean().optional(),
  skipGroups: z.boolean().optional(),
  skipNewsletters: z.boolean().optional(),
  skipBroadcasts: z.boolean().optional(),
  skipOwnMessages: z.boolean().optional(),
  skipCalls: z.boolean().optional(),
  callRejectMessage: z.string().max(1024).optional(),
  callRejectType: z.enum(['busy', 'decline', 'declined', 'unavailable']).optional(),
  globalTransportSkips: transportSkips.optional(),
  proxyConfig: proxyConfig.optional(),
  s3Config: s3Config.optional(),
  rabbitmqConfig: rabbitmqConfig.optional(),
  whatsappConfig: whatsappConfig.optional(),
})

const settingsOf = (input: z.output<typeof body>): PlainSettings => ({
  skipMedia: input.skipMedia,
  skipGroups: input.skipGroups,
  skipNewsletters: input.skipNewsletters,
  skipBroadcasts: input.skipBroadcasts,
  skipOwnMessages: input.skipOwnMessages,
  skipCalls: input.skipCalls,
  echoApiMessages: input.echoApiMessages,
  callRejectMessage: input.callRejectMessage,
  callRejectType: input.callRejectType,
  expiration: input.expiration,
  transportSkips: input.globalTransportSkips as Record<string, boolean> | undefined,
  proxy: input.proxyConfig,
  s3: input.s3Config,
  rabbitmq: input.rabbitmqConfig,
  whatsapp: input.whatsappConfig,
})

export const operation = defineOperation({
  key: 'digigo POST /admin/users',
  group: 'Admin',
  summary: 'Create a user account',
  description:
    'A user is one WhatsApp number with its token and settings. Secrets inside the settings are shown masked.',
  auth: ['adminToken'],
  input: { body },
  output: z.looseObject({ id: z.string(), name: z.string(), token: z.string() }),
  status: 201,
  envelope: 'bare',
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated', 'token_taken'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: {
    body: { name: 'John Doe', token: '1234ABCD', webhook: 'https://webhook.site/1234567890', events: 'All' },
  },
  handler: async (ctx, { body: input }) => {
    const events = parseEventNames(input.events ?? 'All', 'events')
    if (input.webhook) checkUrl(input.webhook, 'webhook')
    const proxyUrl = input.proxyConfig?.proxy_url
    if (typeof proxyUrl === 'string' && proxyUrl !== '') parseProxyUrl(proxyUrl)
    const device = await createDevice(ctx, counters(), {
      tenantId: ctx.actor.tenantId,
      name: input.name,
      token: input.token,
      webhook: {
        url: input.webhook ?? '',
        events: events.length > 0 ? events : ['All'],
        active: true,
        style: 'digigo',
      },
      settings: (id) => sealSettings(id, settingsOf(input)),
    })
    return createdUser(device, input.token)
  },
})
