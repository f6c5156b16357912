import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useTitle } from '../../lib/title.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/panes.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import styles from './settings.module.css'
import { useExplain } from './use-settings.ts'

/** The page of a section: its title, what can be added, and what it is about. */
export const SectionPage = ({
  title,
  action,
  intro,
  up = '/app/settings',
  wide = false,
  children,
}: {
  title: string
  action?: ReactNode
  intro?: ReactNode
  /** Where the back arrow of phones leads. */
  up?: string
  wide?: boolean
  children: ReactNode
}) => {
  useTitle(title)
  return (
    <Page head={{ title, up, children: action }} narrow={!wide}>
      <div className={styles.section}>
        {intro && <p className={styles.intro}>{intro}</p>}
        {children}
      </div>
    </Page>
  )
}

/** What was read, or that it is on its way, or that it could not be had. What was read before stays while that fails. */
export const Loaded = <T,>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }) => {
  const { common } = useTexts(settingsTexts)
  const explain = useExplain()
  const { data, error, refetch } = of
  if (data === undefined) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />
  return (
    <>
      {error && (
        <Notice tone="warn">
          {explain(error)} {common.stale}
        </Notice>
      )}
      {children(data)}
    </>
  )
}

/** The actions of one row. */
export const RowMenu = ({ name, items }: { name: string; items: MenuItem[] }) => {
  const { common } = useTexts(settingsTexts)
  const label = common.actions(name)
  return <Menu label={label} items={items} trigger={(props) => <IconButton icon="more" label={label} {...props} />} />
}
