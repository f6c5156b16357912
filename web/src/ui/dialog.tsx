import { type ReactNode, useEffect, useId, useRef } from 'react'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import styles from './dialog.module.css'

/**
 * A modal dialog (the browser's own: it keeps the focus inside, closes on Escape and gives the focus back). Mount it when it
 * opens; `onClose` is told when the person closes it. `actions` stand at the foot, the main one last.
 */
export const Dialog = ({
  title,
  onClose,
  actions,
  wide = false,
  children,
}: {
  title: string
  onClose: () => void
  actions?: ReactNode
  wide?: boolean
  children: ReactNode
}) => {
  const { close } = useTexts(coreTexts).actions
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    const opener = document.activeElement
    dialog?.showModal()
    return () => {
      dialog?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      className={classes(styles.dialog, wide && styles.wide)}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={close} onClick={onClose} />
      </div>
      <div className={styles.body}>{children}</div>
      {actions && <div className={styles.foot}>{actions}</div>}
    </dialog>
  )
}
