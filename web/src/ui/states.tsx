import { type ReactNode, useEffect, useState } from 'react'
import { coreTexts } from '../i18n/core.ts'
import { explain } from '../i18n/explain.ts'
import { useTexts } from '../i18n/texts.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import styles from './states.module.css'

/** Nothing is there: what this place is for, and what to do first. */
export const Empty = ({
  icon,
  title,
  level = 2,
  children,
  action,
}: {
  icon?: IconName
  title: string
  /** 1 where it stands for the whole page. */
  level?: 1 | 2
  children?: ReactNode
  action?: ReactNode
}) => (
  <div className={styles.state}>
    {icon && (
      <span className={styles.icon}>
        <Icon name={icon} size={32} />
      </span>
    )}
    {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
    {children && <p>{children}</p>}
    {action}
  </div>
)

/** Something failed: what happened, what to do, and another try. */
export const ErrorState = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => {
  const texts = useTexts(coreTexts)
  return (
    <div className={styles.state} role="alert">
      <span className={styles.icon}>
        <Icon name="alert" size={32} />
      </span>
      <h2>{texts.errors.title}</h2>
      <p>{explain(texts, error)}</p>
      {onRetry && (
        <Button icon="refresh" onClick={onRetry}>
          {texts.actions.retry}
        </Button>
      )}
    </div>
  )
}

/** What loads quickly shows nothing in between. */
const PATIENCE_MS = 300

/** Grey bars in place of what is loading, after a moment. */
export const Skeleton = ({ lines = 6 }: { lines?: number }) => {
  const { loading } = useTexts(coreTexts).states
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return null
  return (
    <div role="status" className={styles.skeleton}>
      <span className="visually-hidden">{loading}</span>
      {Array.from({ length: lines }, (_, at) => `bar-${at}`).map((bar) => (
        <span key={bar} className={styles.bar} />
      ))}
    </div>
  )
}
