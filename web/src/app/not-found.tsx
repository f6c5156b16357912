import { Link } from 'wouter'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { useTitle } from '../lib/title.ts'
import { Empty } from '../ui/states.tsx'

/** What is shown for an address that names nothing. */
export const NotFound = () => {
  const { notFound } = useTexts(coreTexts)
  useTitle(notFound.title)
  return (
    <Empty level={1} icon="search" title={notFound.title} action={<Link href="~/app">{notFound.home}</Link>}>
      {notFound.text}
    </Empty>
  )
}
