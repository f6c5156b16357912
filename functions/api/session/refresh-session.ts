import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { requestOnline } from '#domains/devices/connection.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import type { Device } from '#domains/devices/model.ts'
import { findDevice } from '#domains/devices/repo.ts'
import { hasLogin, isConnected, isWanted } from '#domains/devices/status.ts'
import { refreshParts } from '#domains/sync/ask.ts'
import type { Refreshed } from '#domains/sync/model.ts'
import { seconds, showCollection, shownCollection } from '#domains/sync/show-digigo.ts'
import type { Context } from '#kit/context.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'

/** Milliseconds for all of it: below what a request may take. */
const REFRESH_MS = 25_000
/** Milliseconds for the task to close the connection and begin another. */
const RECONNECT_MS = 8_000

const options = z.object({
  sync_app_state: z.boolean().default(true),
  refresh_prekeys: z.boolean().default(true),
  refresh_privacy: z.boolean().default(true),
  auto_recovery: z.boolean().default(true),
})

const error = z.string().optional()

const report = z.object({
  app_state: z.array(shownCollection).optional(),
  app_state_success: z.boolean().optional(),
  prekeys: z
    .object({ checked: z.boolean(), server_count: z.number().int(), upload_triggered: z.boolean(), error })
    .optional(),
  privacy_settings: z.object({ fetched: z.boolean(), error }).optional(),
  total_duration: z.string(),
})

const show = ({ appState, preKeys, privacy, durationMs }: Refreshed): z.input<typeof report> => ({
  app_state: appState?.map(showCollection),
  app_state_success: appState?.every(({ success }) => success),
  prekeys: preKeys && {
    checked: preKeys.checked,
    server_count: preKeys.serverCount,
    upload_triggered: preKeys.uploaded,
    error: preKeys.error,
  },
  privacy_settings: privacy,
  total_duration: seconds(durationMs),
})

/** Closes the connection and opens another; one that was not wanted is wanted from now on. */
const reconnect = async (ctx: Context, device: Device): Promise<void> => {
  if (isWanted(device)) await ask(commandPort(), device, { type: 'device.reconnect' }, RECONNECT_MS)
  else await requestOnline(ctx, commandPort(), device)
}

export const operation = defineOperation({
  key: 'digigo POST /session/refresh',
  group: 'Session',
  summary: 'Reconnect and resynchronize the session',
  description:
    'Closes the connection to WhatsApp and opens it again, then checks app state, the keys that WhatsApp holds for new conversations, and the privacy settings; every part says what became of it. ' +
    'Messages that wait to be sent are sent afterwards.',
  auth: ['deviceToken'],
  input: { body: options },
  output: z.object({
    Details: z.string(),
    refreshSuccess: z.literal(true),
    wasConnected: z.boolean(),
    wasLoggedIn: z.boolean(),
    newConnected: z.boolean(),
    newLoggedIn: z.boolean(),
    jid: z.string(),
    sync_options: options,
    sync: report,
  }),
  envelope: 'flat',
  errors: ['validation_failed', 'no_jid', 'unauthenticated', 'operation_failed'],
  errorForm: { 500: 'facts' },
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: { body: { sync_app_state: true, refresh_prekeys: true, refresh_privacy: true, auto_recovery: true } },
  handler: async (ctx, { body }) => {
    const device = await ownDevice(ctx, ctx.actor)
    if (!hasLogin(device)) throw fail('no_jid')
    const was = { wasConnected: isConnected(device), wasLoggedIn: true }
    const endMs = ctx.clock.monotonicMs() + REFRESH_MS
    const parts = {
      appState: body.sync_app_state,
      preKeys: body.refresh_prekeys,
      privacy: body.refresh_privacy,
      recovery: body.auto_recovery,
    }
    try {
      await reconnect(ctx, device)
      const refreshed = await refreshParts(commandPort(), device, parts, endMs - ctx.clock.monotonicMs())
      return {
        Details: 'Connection refresh completed',
        refreshSuccess: true as const,
        ...was,
        newConnected: true,
        newLoggedIn: true,
        jid: device.jid ?? '',
        sync_options: body,
        sync: show(refreshed),
      }
    } catch (cause) {
      throw fail('operation_failed', {
        message: 'Failed to refresh connection',
        data: { refreshSuccess: false, ...was, ...(await present(ctx, device)) },
        cause,
      })
    }
  },
})

const present = async (ctx: Context, { id }: Device): Promise<{ newConnected: boolean; newLoggedIn: boolean }> => {
  const device = await findDevice(ctx, id)
  return {
    newConnected: device !== undefined && isConnected(device),
    newLoggedIn: device !== undefined && hasLogin(device),
  }
}
