import { Link } from 'wouter'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import type { DeviceRow } from './api.ts'
import { DeviceActions } from './device-actions.tsx'
import styles from './devices.module.css'
import { StateBadge, useSentence } from './state-badge.tsx'

/** The name of a device with its picture; leads to the device. */
export const DeviceName = ({ device }: { device: DeviceRow }) => (
  <span className={styles.who}>
    <Avatar name={device.name} url={device.avatarUrl} />
    <span className={styles.names}>
      <Link href={`/${device.id}`} className={styles.name} data-device-link="">
        {device.name}
      </Link>
      {device.pushName && device.pushName !== device.name && <span className={styles.quiet}>{device.pushName}</span>}
    </span>
  </span>
)

/** State in a word and in a sentence. */
export const DeviceState = ({ device }: { device: DeviceRow }) => {
  const sentence = useSentence()(device)
  return (
    <div className={styles.state}>
      <StateBadge device={device} />
      <span className={styles.sentence} title={sentence}>
        {sentence}
      </span>
    </div>
  )
}

/** Devices as a table, for wide pages. */
export const DeviceTable = ({ devices }: { devices: DeviceRow[] }) => {
  const { title, columns } = useTexts(deviceTexts)
  const mayManage = useCan()('devices.manage')
  const all: Column<DeviceRow>[] = [
    { id: 'device', heading: columns.device, cell: (device) => <DeviceName device={device} />, width: '22%' },
    {
      id: 'phone',
      heading: columns.phone,
      cell: ({ phone }) =>
        phone ? (
          <span className={styles.phone}>
            <CopyText text={phone} />
          </span>
        ) : (
          <span className={styles.quiet}>–</span>
        ),
      width: '13rem',
    },
    { id: 'state', heading: columns.state, cell: (device) => <DeviceState device={device} /> },
    { id: 'workspace', heading: columns.workspace, cell: ({ workspace }) => workspace || '–', width: '9rem' },
    {
      id: 'since',
      heading: columns.since,
      cell: ({ stateAt, createdAt }) => (
        <span className={styles.when}>
          <Time at={stateAt ?? createdAt} />
        </span>
      ),
      width: '7rem',
    },
    ...(mayManage
      ? [
          {
            id: 'actions',
            heading: <span className="visually-hidden">{columns.actions}</span>,
            cell: (device: DeviceRow) => <DeviceActions device={device} />,
            at: 'end' as const,
            width: '1%',
          },
        ]
      : []),
  ]
  return <Table label={title} columns={all} rows={devices} keyOf={({ id }) => id} />
}
