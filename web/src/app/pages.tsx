import { type ComponentType, lazy, Suspense } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { Empty, Skeleton } from '../ui/states.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { FEATURES, type Feature } from './features.ts'
import { Home } from './home.tsx'
import { NotFound } from './not-found.tsx'
import { useFeatures } from './use-features.ts'

const pages = new Map<Feature, ComponentType>()

/** The page of a part, made once: it is loaded when it is first drawn. */
const pageOf = (feature: Feature): ComponentType => {
  const page = pages.get(feature) ?? lazy(feature.load)
  pages.set(feature, page)
  return page
}

const FeaturePage = ({ feature, offered }: { feature: Feature; offered: boolean }) => {
  const { noPermission, rail } = useTexts(coreTexts)
  const Page = pageOf(feature)
  if (!offered)
    return (
      <Empty level={1} icon="info" title={noPermission.title}>
        {noPermission.text}
      </Empty>
    )
  return (
    <ErrorBoundary onRetry={() => pages.delete(feature)}>
      <Suspense
        fallback={
          <>
            <h1 className="visually-hidden">{rail[feature.name]}</h1>
            <Skeleton />
          </>
        }
      >
        <Page />
      </Suspense>
    </ErrorBoundary>
  )
}

/** What the address names. */
export const Pages = () => {
  const offered = useFeatures()
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/app" replace />
      </Route>
      <Route path="/app">
        <Home />
      </Route>
      {FEATURES.map((feature) => (
        <Route key={feature.name} path={feature.path} nest>
          <FeaturePage feature={feature} offered={offered.includes(feature)} />
        </Route>
      ))}
      <Route>
        <NotFound />
      </Route>
    </Switch>
  )
}
