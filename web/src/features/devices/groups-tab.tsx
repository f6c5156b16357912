import { useState } from 'react'
import { deviceTexts } from '../../i18n/devices.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Badge } from '../../ui/badge.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Input } from '../../ui/field.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { type DeviceDetail, type DeviceGroup, useGroups } from './api.ts'
import styles from './devices.module.css'
import { isOnline } from './state.ts'

const useColumns = (): Column<DeviceGroup>[] => {
  const { groups } = useTexts(deviceTexts)
  const { number } = useFormats()
  return [
    {
      id: 'name',
      heading: groups.name,
      cell: ({ name, topic, isAnnounce }) => (
        <div className={styles.names}>
          <span>
            {name} {isAnnounce && <Badge>{groups.announce}</Badge>}
          </span>
          {topic && <span className={styles.sentence}>{topic}</span>}
        </div>
      ),
    },
    { id: 'size', heading: groups.size, cell: ({ size }) => number(size), at: 'end', width: '6rem' },
    { id: 'id', heading: groups.id, cell: ({ jid }) => <CopyText text={jid} />, width: '16rem' },
  ]
}

const GroupTable = ({ groups: all }: { groups: DeviceGroup[] }) => {
  const { groups, tabs } = useTexts(deviceTexts)
  const columns = useColumns()
  const [q, setQ] = useState('')
  const text = q.trim().toLowerCase()
  const rows = all
    .filter(({ name, jid }) => name.toLowerCase().includes(text) || jid.includes(text))
    .toSorted((a, b) => a.name.localeCompare(b.name))
  return (
    <div className={styles.stack}>
      <div className={styles.filters}>
        <Input
          type="search"
          aria-label={groups.search}
          placeholder={groups.search}
          value={q}
          onChange={({ target }) => setQ(target.value)}
        />
      </div>
      {rows.length === 0 ? (
        <p className={styles.quiet}>{groups.nothing}</p>
      ) : (
        <Table label={tabs.groups} columns={columns} rows={rows} keyOf={({ jid }) => jid} />
      )}
    </div>
  )
}

/** The groups that a device has joined. */
export const GroupsTab = ({ device }: { device: DeviceDetail }) => {
  const { groups } = useTexts(deviceTexts)
  const { data, error, refetch } = useGroups(device.id, isOnline(device))
  if (data && data.length > 0) return <GroupTable groups={data} />
  if (data)
    return (
      <Empty icon="contacts" title={groups.empty.title}>
        {groups.empty.text}
      </Empty>
    )
  if (!isOnline(device))
    return (
      <Empty icon="offline" title={groups.offline.title}>
        {groups.offline.text}
      </Empty>
    )
  return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />
}
