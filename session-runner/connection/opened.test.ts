import { expect, test } from 'vitest'
import type { AuthState } from '../auth/auth-state.ts'
import type { RunnerServices } from '../services.ts'
import type { DeviceRecord } from './device-record.ts'
import type { MediaTransport } from './media-transport.ts'
import { makeOpened } from './opened.ts'
import type { LiveSocket } from './socket.ts'

const auth = { creds: { me: { id: '1:2@s.whatsapp.net', name: 'Ann' } } } as unknown as AuthState
const transport = {} as MediaTransport

const made = (resume: () => Promise<void>, whatsAppUrl?: string) => {
  const steps: string[] = []
  const live = {
    refreshMediaConn: async () => {
      steps.push('media host')
      throw new Error('no answer')
    },
  } as unknown as LiveSocket
  const opened = makeOpened({
    services: {
      config: { whatsAppUrl },
      ctx: { clock: { nowMs: () => 0 }, log: { error: (message: string) => steps.push(message) } },
      mediaFetcher: {
        resume: () => {
          steps.push('resume')
          return resume()
        },
      },
    } as unknown as RunnerServices,
    device: { id: 'd1', tenantId: 't1' },
    record: {
      current: () => ({}),
      transition: async ({ state }: { state: string }) => void steps.push(state),
    } as unknown as DeviceRecord,
    presence: { available: () => steps.push('available'), availableUnnamed: () => steps.push('available later') },
    ownPicture: { refresh: async () => undefined, refreshIfOld: async () => undefined },
    socket: () => live,
  })
  return { opened: (state: AuthState) => opened(live, state, transport), steps }
}

test('the account is available before anything else is done, and media that cannot be taken up hold up nothing', async () => {
  const { opened, steps } = made(() => new Promise(() => undefined))
  await opened(auth)
  expect(steps).toEqual(['available', 'resume', 'online'])
})

test('media that fail to be taken up are logged and end nothing', async () => {
  const { opened, steps } = made(() => Promise.reject(new Error('the table is away')))
  await opened(auth)
  expect(steps).toEqual(['available', 'resume', 'online', 'media of earlier messages not taken up'])
})

test('another network is asked for its media host, and an account without a name is available later', async () => {
  const { opened, steps } = made(async () => undefined, 'ws://other')
  await opened({ creds: { me: { id: '1:2@s.whatsapp.net' } } } as unknown as AuthState)
  expect(steps).toEqual(['available later', 'media host', 'resume', 'online'])
})
