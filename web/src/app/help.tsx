import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { shortcutStore } from '../lib/shortcuts.ts'
import { useStore } from '../lib/store.ts'
import { Dialog } from '../ui/dialog.tsx'
import styles from './help.module.css'

const Keys = ({ keys }: { keys: string }) => (
  <span className={styles.keys}>
    {keys.split(' ').map((key) => (
      <kbd key={key}>{key}</kbd>
    ))}
  </span>
)

/** All shortcuts that work on the page as it is. */
export const Help = ({ onClose }: { onClose: () => void }) => {
  const { help } = useTexts(coreTexts)
  const groups = useStore(shortcutStore)
  return (
    <Dialog title={help.title} onClose={onClose}>
      {groups.map(({ title, shortcuts }) => (
        <section key={title} className={styles.group}>
          <h3>{title}</h3>
          <ul>
            {shortcuts.map(({ keys, label }) => (
              <li key={keys} className={styles.line}>
                <span>{label}</span>
                <Keys keys={keys} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p className={styles.line}>
        <span>{help.closeTop}</span>
        <Keys keys="Esc" />
      </p>
    </Dialog>
  )
}
