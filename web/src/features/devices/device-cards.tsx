import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { CopyText } from '../../ui/copy-text.tsx'
import { Time } from '../../ui/time.tsx'
import type { DeviceRow } from './api.ts'
import { DeviceActions } from './device-actions.tsx'
import { DeviceName, DeviceState } from './device-table.tsx'
import styles from './devices.module.css'

/** Devices as cards, for phones. */
export const DeviceCards = ({ devices }: { devices: DeviceRow[] }) => {
  const { title } = useTexts(deviceTexts)
  const mayManage = useCan()('devices.manage')
  return (
    <ul className={styles.cards} aria-label={title}>
      {devices.map((device) => (
        <li key={device.id} className={styles.card}>
          <div className={styles.cardHead}>
            <DeviceName device={device} />
            {mayManage && <DeviceActions device={device} />}
          </div>
          <DeviceState device={device} />
          <div className={styles.cardFoot}>
            {device.phone && (
              <span className={styles.phone}>
                <CopyText text={device.phone} />
              </span>
            )}
            {device.workspace && <span>{device.workspace}</span>}
            <Time at={device.stateAt ?? device.createdAt} />
          </div>
        </li>
      ))}
    </ul>
  )
}
