import { Suspense, useEffect } from 'react'
import { Link, useLocation, useRoute } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { useTitle } from '../../lib/title.ts'
import { Icon } from '../../ui/icon.tsx'
import { PaneHead, Panes } from '../../ui/panes.tsx'
import { Empty, Skeleton } from '../../ui/states.tsx'
import { SectionPage } from './parts.tsx'
import { SECTIONS, type Section } from './sections.ts'
import styles from './settings.module.css'

const Nav = ({ open }: { open: string | undefined }) => {
  const { nav, sections } = useTexts(settingsTexts)
  const can = useCan()
  return (
    <nav aria-label={nav} className={styles.nav}>
      <ul>
        {SECTIONS.filter(({ capability }) => can(capability)).map(({ id }) => (
          <li key={id}>
            <Link href={`/${id}`} aria-current={id === open ? 'page' : undefined}>
              {sections[id]}
              <Icon name="forward" size={16} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const Open = ({ section, id }: { section: Section | undefined; id: string | undefined }) => {
  const { sections } = useTexts(settingsTexts)
  const { notFound, noPermission } = useTexts(coreTexts)
  const can = useCan()
  const allowed = section && can(section.capability)
  if (!section || !allowed || (id !== undefined && !section.detail)) {
    const said = section && !allowed ? noPermission : notFound
    return (
      <SectionPage title={section ? sections[section.id] : notFound.title}>
        <Empty icon="info" title={said.title}>
          {said.text}
        </Empty>
      </SectionPage>
    )
  }
  const { page: Page, detail: Detail } = section
  return <Suspense fallback={<Skeleton />}>{Detail && id !== undefined ? <Detail id={id} /> : <Page />}</Suspense>
}

/** Wide screens have room for a section beside the list, so that one is open from the start. */
const isWide = () => matchMedia('(min-width: 721px)').matches

/** The settings: their sections, and the one that the address names. */
const SettingsPage = () => {
  const { title } = useTexts(settingsTexts)
  useTitle(title)
  const [, params] = useRoute('/:section/:id?')
  const [, navigate] = useLocation()
  const open = params?.section
  useEffect(() => {
    if (open === undefined && isWide()) navigate('/profile', { replace: true })
  }, [open, navigate])
  const list = (
    <>
      <PaneHead title={title} level={open === undefined ? 1 : 2} />
      <Nav open={open} />
    </>
  )
  const section = SECTIONS.find(({ id }) => id === open)
  const id = params?.id === undefined ? undefined : decodeURIComponent(params.id)
  return (
    <Panes
      narrow
      list={list}
      main={open === undefined ? null : <Open key={`${open} ${id}`} section={section} id={id} />}
      open={open !== undefined}
    />
  )
}

export default SettingsPage
