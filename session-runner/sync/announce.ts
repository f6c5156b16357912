import { appStateSynchronised } from '#domains/signals/events.ts'
import { raiseSignals } from '#domains/signals/repo.ts'
import type { InboundDevice } from '../inbound/attach.ts'

/** A collection of app state that was read whole; `recovery` when the phone gave its own copy. */
export type Synchronised = { collection: string; version: number; recovery?: boolean }

/** Announces that collections are as they are on the phone. What was read stays read when that cannot be said. */
export const announceSynchronised = async (
  { services, device }: Pick<InboundDevice, 'services' | 'device'>,
  collections: readonly Synchronised[],
): Promise<void> => {
  const { ctx } = services
  const { id: deviceId, tenantId } = device()
  const signals = collections.map((facts) => ({ event: appStateSynchronised, facts }))
  await raiseSignals(ctx, { tenantId, deviceId }, signals).catch((error: unknown) => {
    ctx.log.warn('app state not announced', { deviceId, error: String(error) })
  })
}
