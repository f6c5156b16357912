import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { assertClient, syncAppState } from '#domains/sync/ask.ts'
import { showCollection, shownCollection } from '#domains/sync/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'

export const operation = defineOperation({
  key: 'digigo POST /sync/app-state',
  group: 'Sync',
  summary: 'Resynchronize app state',
  description:
    'Reads the five collections of app state (blocks, contacts, chat settings) without a new connection and checks every entry. ' +
    'With `full_sync` they are read from the beginning. A collection that fails says why; with `auto_recovery` the phone is asked for its copy, which is taken when it comes.',
  auth: ['deviceToken'],
  input: { body: z.object({ full_sync: z.boolean().default(true), auto_recovery: z.boolean().default(true) }) },
  output: z.object({
    success: z.boolean().describe('Whether all collections were synchronised'),
    message: z.string(),
    results: z.array(shownCollection),
    auto_recovery_enabled: z.boolean(),
  }),
  envelope: 'flat',
  errors: [
    'validation_failed',
    'client_not_connected',
    'unauthenticated',
    'not_found',
    'device_logged_out',
    'device_not_connected',
    'upstream_timeout',
    'try_again',
  ],
  needs: { main: 'read', session: 'read', commands: 'send' },
  examples: { body: { full_sync: true, auto_recovery: true } },
  handler: async (ctx, { body }) => {
    const device = await ownDevice(ctx, ctx.actor)
    assertClient(device, () => fail('client_not_connected'))
    const how = { full: body.full_sync, recovery: body.auto_recovery }
    const results = await syncAppState(commandPort(), device, how)
    const failed = results.filter(({ success }) => !success).length
    return {
      success: failed === 0,
      message:
        failed === 0
          ? `App state synchronized successfully. All ${results.length} patch types updated.`
          : `App state synchronized with errors. ${failed} of ${results.length} patch types failed.`,
      results: results.map(showCollection),
      auto_recovery_enabled: body.auto_recovery,
    }
  },
})
