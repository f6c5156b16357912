import type { Device } from '#domains/devices/model.ts'
import { makeAuthItems } from '../auth/auth-items.ts'
import { type AuthState, openAuthState } from '../auth/auth-state.ts'
import { lidsIn } from '../inbound/lids.ts'
import type { Grant } from '../lease/coordinator.ts'
import type { RunnerServices } from '../services.ts'

/** The device's login: its Signal state, opened when it is first needed, and deleted with the contacts when the login ends. */
export const makeLogin = (services: RunnerServices, device: Device, grant: Grant, lost: (why: string) => void) => {
  let auth: AuthState | undefined
  const items = () => makeAuthItems(services.session, services.dynamodb, device.id, grant)

  const open = async (): Promise<AuthState> => {
    auth ??= await openAuthState({
      items: items(),
      keys: services.keys,
      tenantId: device.tenantId,
      deviceId: device.id,
      lost,
      timers: { setTimeout, clearTimeout },
      lidsLearnt: (values) => services.lids.learnt(device, lidsIn(values)),
    })
    return auth
  }

  const forget = async (): Promise<void> => {
    const ended = auth
    auth = undefined
    ended?.close()
    // By the state's own items, so that what its socket is still writing cannot outlive the deletion.
    await (ended ? ended.removeAll() : items().removeAll())
    // The next login may be another person's: whom this one knew is nothing to it.
    await services.contacts.forget(device.id)
    services.lids.forget(device)
    await services.history.forget(device.id)
  }

  return {
    current: (): AuthState | undefined => auth,
    isPaired: (): boolean => auth?.creds.account !== undefined,
    forget,

    /** The state to connect with. Credentials for which a code was asked but never confirmed log in to nothing: new ones. */
    forConnecting: async (): Promise<AuthState> => {
      const state = await open()
      if (!state.creds.me || state.creds.account) return state
      await forget()
      return open()
    },
  }
}

/** The login of a device. */
export type Login = ReturnType<typeof makeLogin>
