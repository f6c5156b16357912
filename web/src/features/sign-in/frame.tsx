import type { ReactNode } from 'react'
import logo from '../../app/icon.svg'
import { usePreferences } from '../../app/preferences.tsx'
import { coreTexts } from '../../i18n/core.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useTitle } from '../../lib/title.ts'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import styles from './frame.module.css'

/** The frame around the pages of people who are not signed in. */
export const Frame = ({ title, children }: { title: string; children: ReactNode }) => {
  const { app, account } = useTexts(coreTexts)
  const preferences = usePreferences()
  useTitle(title)
  return (
    <div className={styles.frame}>
      <main className={styles.box}>
        <p className={styles.brand}>
          <img src={logo} alt="" width={24} height={24} />
          {app}
        </p>
        <h1 className={styles.title}>{title}</h1>
        {children}
      </main>
      <footer>
        <Menu
          label={account.preferences}
          items={preferences}
          trigger={(props) => (
            <Button look="quiet" icon="settings" {...props}>
              {account.preferences}
            </Button>
          )}
        />
      </footer>
    </div>
  )
}
