import { Link, useSearch } from 'wouter'
import { useFormats } from '../../i18n/format.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useFocusWith } from '../../lib/list-keys.ts'
import { useMe } from '../../lib/me.ts'
import { useNow } from '../../lib/now.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { classes } from '../../ui/classes.ts'
import { Icon } from '../../ui/icon.tsx'
import rows from '../../ui/list-row.module.css'
import type { Conversation } from './api.ts'
import styles from './list.module.css'
import { previewOf } from './names.ts'
import { Ticks } from './ticks.tsx'
import { useTyping } from './typing.ts'

const DAY_MS = 86_400_000

/** When the newest message was: the time of today, else the day. */
const When = ({ at }: { at: string }) => {
  const { date } = useFormats()
  const nowMs = useNow()
  const atMs = Date.parse(at)
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString()
  const short: Intl.DateTimeFormatOptions = isToday
    ? { timeStyle: 'short' }
    : nowMs - atMs < 6 * DAY_MS
      ? { weekday: 'short' }
      : { day: 'numeric', month: 'short', ...(nowMs - atMs > 300 * DAY_MS && { year: 'numeric' }) }
  return (
    <time dateTime={at} title={date(atMs, { dateStyle: 'full', timeStyle: 'medium' })} className={styles.when}>
      {date(atMs, short)}
    </time>
  )
}

const Preview = ({ row }: { row: Conversation }) => {
  const { kinds, thread } = useTexts(inboxTexts)
  const typing = useTyping(row.id)
  const { last_message: last } = row
  if (typing) {
    return (
      <span className={classes(styles.preview, styles.typing)}>
        {typing === 'audio' ? thread.recording : thread.typing}
      </span>
    )
  }
  return (
    <>
      {last?.direction === 'out' && <Ticks status={last.status} />}
      <span className={styles.preview}>{previewOf(row, kinds)}</span>
    </>
  )
}

/** One conversation in the list. `isActive` is where the keyboard stands. */
export const ConversationRow = ({
  row,
  isOpen,
  isActive,
}: {
  row: Conversation
  isOpen: boolean
  isActive: boolean
}) => {
  const { list, thread } = useTexts(inboxTexts)
  const { number } = useFormats()
  const search = useSearch()
  const { id, name, unread, device_name: device, last_message_at: at, status, assigned_to: assigned } = row
  const { user } = useMe()
  const link = useFocusWith(isActive)
  return (
    <Link
      ref={link}
      href={search ? `/${id}?${search}` : `/${id}`}
      className={classes(
        rows.row,
        styles.row,
        isOpen && rows.open,
        isActive && rows.active,
        unread > 0 && styles.isUnread,
      )}
      aria-current={isOpen ? 'true' : undefined}
    >
      <Avatar name={name} size={40} />
      <span className={styles.body}>
        <span className={styles.line}>
          <span className={styles.name}>{name}</span>
          {at && <When at={at} />}
        </span>
        <span className={styles.line}>
          <Preview row={row} />
          {unread > 0 && (
            <Badge tone="count">
              <span aria-hidden="true">{number(unread)}</span>
              <span className="visually-hidden">{list.unread(number(unread))}</span>
            </Badge>
          )}
        </span>
        <span className={styles.line}>
          <span className={styles.device}>
            <Icon name="devices" size={12} />
            <span>{device}</span>
          </span>
          {assigned && (
            <span className={styles.assigned}>{String(assigned.id) === user.id ? list.you : assigned.name}</span>
          )}
          {status === 'solved' && <Badge tone="good">{thread.solved}</Badge>}
        </span>
      </span>
    </Link>
  )
}
