import { useState } from 'react'
import { Link } from 'wouter'
import { deviceTexts } from '../../i18n/devices.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Input } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { type DeviceContact, useContacts } from './api.ts'
import styles from './devices.module.css'
import parts from './parts.module.css'

const ROW_PX = 48

const Contact = ({ device, contact }: { device: number; contact: DeviceContact }) => {
  const { contacts } = useTexts(deviceTexts)
  const maySend = useCan()('chats.send')
  const name = contact.name || contacts.noName
  return (
    <div className={parts.contact}>
      <Avatar name={contact.name} />
      <span className={parts.contactName}>{name}</span>
      <CopyText text={contact.phone || contact.lid || contact.jid} />
      {maySend && contact.phone && (
        <Link
          href={`/${device}/send?to=${encodeURIComponent(contact.phone)}`}
          className={parts.write}
          aria-label={contacts.write(contact.name || contact.phone)}
          title={contacts.write(contact.name || contact.phone)}
        >
          <Icon name="send" size={16} />
        </Link>
      )}
    </div>
  )
}

const matching = (contacts: DeviceContact[], q: string): DeviceContact[] => {
  const text = q.trim().toLowerCase()
  const found = text
    ? contacts.filter(({ name, phone, lid }) => [name, phone, lid].some((part) => part.toLowerCase().includes(text)))
    : contacts
  // Those with a name first, by name.
  return found.toSorted((a, b) => Number(!a.name) - Number(!b.name) || a.name.localeCompare(b.name))
}

/** The address book of a device. */
export const ContactsTab = ({ id }: { id: number }) => {
  const { contacts } = useTexts(deviceTexts)
  const { plural } = useFormats()
  const { data, error, refetch } = useContacts(id)
  const [q, setQ] = useState('')
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton />
  if (data.length === 0)
    return (
      <Empty icon="contacts" title={contacts.empty.title}>
        {contacts.empty.text}
      </Empty>
    )
  const rows = matching(data, q)
  return (
    <div className={styles.stack}>
      <div className={styles.filters}>
        <Input
          type="search"
          aria-label={contacts.search}
          placeholder={contacts.search}
          value={q}
          onChange={({ target }) => setQ(target.value)}
        />
        <span className={styles.quiet} role="status">
          {rows.length === 0 ? contacts.nothing : plural(rows.length, contacts.count)}
        </span>
      </div>
      <div
        className={parts.contacts}
        style={{ height: `min(max(240px, 100dvh - 230px), ${rows.length * ROW_PX + 2}px)` }}
      >
        <VirtualList
          label={contacts.name}
          rows={rows}
          keyOf={({ jid }) => jid}
          estimate={ROW_PX}
          row={(contact) => <Contact device={id} contact={contact} />}
        />
      </div>
    </div>
  )
}
