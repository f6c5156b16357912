import { useEffect, useState } from 'react'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { realtime } from '../lib/client.ts'
import { useOnline } from '../lib/online.ts'
import { useStore } from '../lib/store.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './banner.module.css'

/** A connection that is back within this time was no interruption to speak of. */
const PATIENCE_MS = 4000

const useInterrupted = (): boolean => {
  const isOpen = useStore(realtime.state) === 'open'
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (isOpen) return
    const timer = setTimeout(() => setLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [isOpen])
  return late && !isOpen
}

/** Says when what is shown may be old: no network, or no live updates. */
export const ConnectionBanner = () => {
  const { states } = useTexts(coreTexts)
  const online = useOnline()
  const interrupted = useInterrupted()
  const text = online ? interrupted && states.reconnecting : states.offline
  return (
    <div role="status" aria-live="polite">
      {text && (
        <p className={styles.banner}>
          <Icon name="offline" size={18} />
          {text}
        </p>
      )}
    </div>
  )
}
