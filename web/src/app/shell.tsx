import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { listenToKeys, useShortcuts } from '../lib/shortcuts.ts'
import { ConnectionBanner } from './banner.tsx'
import { Help } from './help.tsx'
import { Pages } from './pages.tsx'
import { Rail } from './rail.tsx'
import styles from './shell.module.css'
import { useFeatures } from './use-features.ts'

/** The frame around every page of a signed-in user. */
export const Shell = () => {
  const { skip, help, rail } = useTexts(coreTexts)
  const [helpOpen, setHelpOpen] = useState(false)
  const [, navigate] = useLocation()
  const features = useFeatures()
  useEffect(listenToKeys, [])
  useShortcuts(help.everywhere, [
    { keys: '?', label: help.showHelp, run: () => setHelpOpen(true) },
    ...features.map(({ key, name, path }) => ({
      keys: `g ${key}`,
      label: help.goTo(rail[name]),
      run: () => navigate(path),
    })),
  ])
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {skip}
      </a>
      <Rail onHelp={() => setHelpOpen(true)} />
      <div className={styles.body}>
        <ConnectionBanner />
        <main id="content" tabIndex={-1} className={styles.content}>
          <Pages />
        </main>
      </div>
      {helpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </div>
  )
}
