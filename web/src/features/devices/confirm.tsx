import { useMutation } from '@tanstack/react-query'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import styles from './devices.module.css'

/** Asks before something that is not easily undone, and says what will happen. It stays open, with the reason, when that fails. */
export const Confirm = ({
  title,
  text,
  label,
  onConfirm,
  onClose,
}: {
  title: string
  text: string
  /** What the button does, in its own words. */
  label: string
  onConfirm: () => Promise<void>
  onClose: () => void
}) => {
  const core = useTexts(coreTexts)
  const doing = useMutation({ mutationFn: onConfirm, onSuccess: onClose })
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core.actions.cancel}</Button>
          <Button look="danger" busy={doing.isPending} onClick={() => doing.mutate()}>
            {label}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {doing.error && <Notice tone="bad">{explain(core, doing.error)}</Notice>}
        <p>{text}</p>
      </div>
    </Dialog>
  )
}
