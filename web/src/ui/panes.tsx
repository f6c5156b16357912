import type { ReactNode } from 'react'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { goUp } from '../lib/back.ts'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import styles from './panes.module.css'

/**
 * A list, what is open of it, and details beside. A phone shows one of them: the details when there are any, else `main` while
 * `open`, else the list. Which one is open is in the URL, so the browser's back leads from pane to pane.
 */
export const Panes = ({
  list,
  main,
  aside,
  open,
  narrow = false,
}: {
  list: ReactNode
  main: ReactNode
  aside?: ReactNode
  open: boolean
  /** The list is one of short words, which leave the room to what they lead to. */
  narrow?: boolean
}) => {
  const front = aside ? 'aside' : open ? 'main' : 'list'
  return (
    <div className={classes(styles.panes, aside !== undefined && styles.three, narrow && styles.slim)}>
      <div className={classes(styles.pane, styles.list, front === 'list' && styles.front)}>{list}</div>
      <div className={classes(styles.pane, styles.main, front === 'main' && styles.front)}>{main}</div>
      {aside && <div className={classes(styles.pane, styles.aside, styles.front)}>{aside}</div>}
    </div>
  )
}

/** The line over a pane or page. `up` is the absolute path (`/app/inbox`) that a phone's back arrow leads to. */
export const PaneHead = ({ title, up, level = 1, children }: PaneHeadProps) => {
  const { back } = useTexts(coreTexts).actions
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <header className={styles.head}>
      {up && <IconButton icon="back" label={back} className={styles.onPhone} onClick={() => goUp(up)} />}
      <Heading>{title}</Heading>
      {children}
    </header>
  )
}

type PaneHeadProps = { title: ReactNode; up?: string; level?: 1 | 2; children?: ReactNode }

/** A page of one column under its head. `narrow` keeps lines readable, for forms. */
export const Page = ({
  head,
  narrow = false,
  children,
}: {
  head: PaneHeadProps
  narrow?: boolean
  children: ReactNode
}) => (
  <div className={styles.page}>
    <PaneHead {...head} />
    <div className={styles.scroll}>{narrow ? <div className={styles.narrow}>{children}</div> : children}</div>
  </div>
)
