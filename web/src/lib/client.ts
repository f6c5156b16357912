import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { Realtime } from './realtime.ts'
import { accessToken, sessionStore, watchOtherTabs } from './session.ts'

/** What may be different when it is asked again: no answer, a busy server. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)

/** The one cache of what was read. Realtime events say what is stale, so that nothing is read again for being looked at. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && isPassing(error),
    },
    mutations: { retry: false },
  },
})

const socketUrl = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`

/** The one realtime connection of this tab. */
export const realtime = new Realtime({ url: socketUrl(), token: accessToken })

/** Whether the connection belongs to a session, and what was read with it. */
const follow = (): void => {
  const { status } = sessionStore.get()
  if (status === 'in') realtime.start()
  else realtime.stop()
  if (status === 'out') queryClient.clear()
}

/** Ties session, cache and realtime connection together; once, when the page starts. */
export const startClient = (): void => {
  watchOtherTabs()
  sessionStore.subscribe(follow)
  // Whatever was read before a gap may be wrong now: what is shown is read anew, the rest when it is next shown.
  realtime.onGap(() => void queryClient.invalidateQueries())
  window.addEventListener('online', () => realtime.probe())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') realtime.probe()
  })
}
