import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import styles from './notice.module.css'

/** A sentence in place about what is shown beside it; a bad one is read out at once. */
export const Notice = ({ tone, children }: { tone: 'bad' | 'warn' | 'info'; children: ReactNode }) => (
  <div className={`${styles.notice} ${styles[tone]}`} role={tone === 'bad' ? 'alert' : 'status'}>
    <Icon name={tone === 'info' ? 'info' : 'alert'} size={18} />
    <div>{children}</div>
  </div>
)
