import { useFormats } from '../../i18n/format.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { classes } from '../../ui/classes.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import styles from './ticks.module.css'

const DRAWINGS: Record<string, IconName> = {
  accepted: 'clock',
  sent: 'check',
  delivered: 'checks',
  read: 'checks',
  failed: 'alert',
}

/** How far a message of ours is, as WhatsApp draws it. What it means, and since when, is said on hover and to screen readers. */
export const Ticks = ({ status, at }: { status: string; at?: string | null }) => {
  const texts = useTexts(inboxTexts).status
  const { date } = useFormats()
  const word = Object.hasOwn(texts, status) && status !== 'at' ? texts[status as 'sent'] : status
  const meaning = at ? texts.at(word, date(at)) : word
  return (
    <span
      role="img"
      aria-label={meaning}
      title={meaning}
      className={classes(styles.ticks, status === 'read' && styles.read, status === 'failed' && styles.failed)}
    >
      <Icon name={DRAWINGS[status] ?? 'clock'} size={16} />
    </span>
  )
}
