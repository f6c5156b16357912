import type { ReactNode } from 'react'
import styles from './badge.module.css'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'

/** What a colour stands for. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'count'

/** A state in a word. The colour repeats the word and is never alone. */
export const Badge = ({ tone = 'plain', icon, children }: { tone?: Tone; icon?: IconName; children: ReactNode }) => (
  <span className={classes(styles.badge, tone !== 'plain' && styles[tone])}>
    {icon && <Icon name={icon} size={14} />}
    {children}
  </span>
)
