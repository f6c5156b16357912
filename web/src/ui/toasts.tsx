import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { useStore } from '../lib/store.ts'
import { Button, IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import { dismissToast, toastStore } from './toast.ts'
import styles from './toasts.module.css'

/** Where messages of `showToast` appear; they are read out as well. */
export const Toasts = () => {
  const { actions } = useTexts(coreTexts)
  const toasts = useStore(toastStore)
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {toasts.map(({ id, text, tone, action }) => (
        <div key={id} className={styles.toast}>
          {(tone === 'good' || tone === 'bad') && (
            <span className={styles[tone]}>
              <Icon name={tone === 'good' ? 'check' : 'alert'} size={16} />
            </span>
          )}
          <span className={styles.text}>{text}</span>
          {action && (
            <Button
              look="quiet"
              onClick={() => {
                dismissToast(id)
                action.onSelect()
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon="close" label={actions.close} onClick={() => dismissToast(id)} />
        </div>
      ))}
    </div>
  )
}
