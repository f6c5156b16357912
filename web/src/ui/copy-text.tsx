import { type ReactNode, useEffect, useState } from 'react'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import styles from './copy-text.module.css'
import { Icon } from './icon.tsx'
import { showToast } from './toast.ts'

const SHOWN_MS = 1500

/** A text that a click copies, as ids and phone numbers; `children` may show it in another form. */
export const CopyText = ({ text, children }: { text: string; children?: ReactNode }) => {
  const { actions } = useTexts(coreTexts)
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      showToast({ tone: 'bad', text: actions.copyFailed })
    }
  }
  return (
    <button type="button" className={styles.copy} title={actions.copy} onClick={() => void copy()}>
      <span className={styles.text}>{children ?? text}</span>
      <Icon name={copied ? 'check' : 'copy'} size={14} />
      <span className="visually-hidden" aria-live="polite">
        {copied ? actions.copied : ''}
      </span>
    </button>
  )
}
