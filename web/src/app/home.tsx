import { Redirect } from 'wouter'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { useMe } from '../lib/me.ts'
import { Empty } from '../ui/states.tsx'
import { useFeatures } from './use-features.ts'

/** The start: the first part that the user is offered. */
export const Home = () => {
  const { home, app } = useTexts(coreTexts)
  const { organization } = useMe()
  const [first] = useFeatures()
  if (first) return <Redirect to={first.path} replace />
  return (
    <Empty level={1} icon="info" title={home.title} action={<a href="/docs">{home.docs}</a>}>
      {home.text(organization?.name ?? app)}
    </Empty>
  )
}
