import { z } from 'zod'
import { ownDevice, tokenOf } from '#domains/devices/lookup.ts'
import { avatarOf, isOnline } from '#domains/devices/model.ts'
import { qrOrEmpty } from '#domains/devices/qr.ts'
import { flatSettings, transportConfigs } from '#domains/devices/shown-settings.ts'
import { hasLogin, healthOf, isConnected, isWanted, unixSeconds } from '#domains/devices/status.ts'
import { findProgress } from '#domains/history/record.ts'
import { shownProgress, showProgress } from '#domains/history/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'digigo GET /session/status',
  group: 'Session',
  summary: 'Connection and session state with configuration',
  description:
    'Beside the documented fields: `state`, `reason` and `transitions` explain the state of the connection in words, and `history` says how far the history is that the phone sends.',
  auth: ['deviceToken'],
  input: {},
  output: z.looseObject({
    id: z.string(),
    connected: z.boolean(),
    loggedIn: z.boolean(),
    hasClient: z.boolean(),
    connectionHealth: z.enum(['unknown', 'no_client', 'disconnected', 'connected_not_logged', 'connected']),
    timestamp: z.number().int(),
    history: shownProgress.optional().describe('Absent until the phone has sent any'),
  }),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const device = await ownDevice(ctx, ctx.actor)
    const nowMs = ctx.clock.nowMs()
    const history = await findProgress(ctx, device.id)
    const { settings } = device
    const { proxy_config, s3_config, rabbitmq_config } = transportConfigs(settings)
    return {
      id: device.id,
      name: device.name,
      avatar_url: avatarOf(device, nowMs),
      connected: isConnected(device),
      loggedIn: hasLogin(device),
      hasClient: isWanted(device) || isOnline(device),
      connectionHealth: healthOf(device),
      lastSuccessfulConnect: unixSeconds(device.lastConnectedAt),
      autoReconnectErrors: device.reconnectAttempts ?? 0,
      enableAutoReconnect: isWanted(device),
      expiration: settings.expiration > 0 ? Math.max(0, settings.expiration - Math.floor(nowMs / 1000)) : 0,
      token: await tokenOf(device),
      jid: device.jid ?? '',
      webhook: device.webhook?.url ?? '',
      events: device.webhook?.events.join(',') ?? '',
      proxy_url: proxy_config.proxy_url,
      qrcode: await qrOrEmpty(device, nowMs),
      ...flatSettings(settings),
      proxy_config,
      s3_config,
      rabbitmq_config,
      timestamp: Math.floor(nowMs / 1000),
      lid: device.lid ?? '',
      state: device.state,
      reason: device.reason ?? '',
      code: device.code,
      nextRetryAt: device.nextRetryAt,
      restrictedUntil: device.restrictedUntil,
      history: history && showProgress(history),
      transitions: device.transitions.slice(0, 10).map(({ at, state, reason, code }) => ({ at, state, reason, code })),
    }
  },
})
