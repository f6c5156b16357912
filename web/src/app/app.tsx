import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { useRoute } from 'wouter'
import { languageStore } from '../i18n/language.ts'
import { queryClient } from '../lib/client.ts'
import { meQuery } from '../lib/me.ts'
import { restoreSession, sessionStore } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import { ErrorState, Skeleton } from '../ui/states.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Shell } from './shell.tsx'

const SignIn = lazy(() => import('../features/sign-in/page.tsx'))
const ResetPassword = lazy(() => import('../features/sign-in/reset-page.tsx'))

/** Until it is known whether this browser has a session. */
const Restoring = () => {
  const { error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: () => restoreSession().then(() => true),
    retry: 1,
    gcTime: 0,
    networkMode: 'always',
  })
  return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />
}

/** The pages of a signed-in user, once it is known who that is. */
const SignedIn = () => {
  const { data, error, refetch } = useQuery(meQuery)
  if (data) return <Shell />
  return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />
}

/** Signing in happens at whatever address was opened, which is then shown. */
const Gate = () => {
  const session = useStore(sessionStore)
  const [isReset] = useRoute('/app/reset-password')
  if (isReset) return <ResetPassword />
  if (session.status === 'unknown') return <Restoring />
  return session.status === 'in' ? <SignedIn /> : <SignIn ended={session.ended} />
}

/** The whole dashboard. */
export const App = () => {
  const language = useStore(languageStore)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <QueryClientProvider client={queryClient}>
      <Suspense>
        <ErrorBoundary>
          <Gate />
        </ErrorBoundary>
        <Toasts />
      </Suspense>
    </QueryClientProvider>
  )
}
