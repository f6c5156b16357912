import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ApiError } from '../../lib/api-error.ts'
import { useCan } from '../../lib/me.ts'
import { useTitle } from '../../lib/title.ts'
import { PaneHead } from '../../ui/panes.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { type Tab, Tabs } from '../../ui/tabs.tsx'
import { type DeviceDetail, useDevice } from './api.ts'
import { ContactsTab } from './contacts-tab.tsx'
import { DeviceActions, MainAction } from './device-actions.tsx'
import styles from './devices.module.css'
import { GroupsTab } from './groups-tab.tsx'
import { NoDevice } from './no-device.tsx'
import { Overview } from './overview.tsx'
import parts from './parts.module.css'
import { SendTab } from './send-tab.tsx'
import { StateBadge, useSentence } from './state-badge.tsx'
import { WebhookTab } from './webhook-tab.tsx'

type TabId = 'overview' | 'send' | 'contacts' | 'groups' | 'webhook'

const DeviceTabs = ({ device, tab }: { device: DeviceDetail; tab: string | undefined }) => {
  const { tabs } = useTexts(deviceTexts)
  const can = useCan()
  const [, navigate] = useLocation()
  const part = (id: TabId, content: () => ReactNode): Tab<TabId> => ({ id, label: tabs[id], content })
  const all = [
    part('overview', () => <Overview device={device} />),
    ...(can('chats.send') ? [part('send', () => <SendTab device={device} />)] : []),
    part('contacts', () => <ContactsTab id={device.id} />),
    part('groups', () => <GroupsTab device={device} />),
    ...(can('devices.manage') ? [part('webhook', () => <WebhookTab device={device} />)] : []),
  ]
  const chosen = all.find(({ id }) => id === tab)?.id ?? 'overview'
  const open = (id: TabId) => navigate(id === 'overview' ? `/${device.id}` : `/${device.id}/${id}`, { replace: true })
  return <Tabs label={tabs.label} tabs={all} chosen={chosen} onChoose={open} />
}

const StateLine = ({ device }: { device: DeviceDetail }) => (
  <div className={parts.stateLine} role="status">
    <StateBadge device={device} />
    <p>{useSentence()(device)}</p>
  </div>
)

/** The name in the head, after the way back to the list. */
export const Crumbs = ({ name }: { name: string }) => {
  const { title } = useTexts(deviceTexts)
  return (
    <>
      <span className={styles.crumb}>
        <Link href="~/app/devices">{title}</Link>
        <span aria-hidden="true"> / </span>
      </span>
      {name}
    </>
  )
}

/** One device: its state in words, and everything that can be done with it. */
export const DevicePage = ({ id, tab }: { id: number; tab: string | undefined }) => {
  const { title } = useTexts(deviceTexts)
  const { data: device, error, refetch } = useDevice(id)
  const mayManage = useCan()('devices.manage')
  useTitle(device?.name ?? title)
  if (error instanceof ApiError && error.status === 404) return <NoDevice />
  return (
    <div className={styles.page}>
      <PaneHead title={<Crumbs name={device?.name ?? ''} />} up="/app/devices">
        {device && mayManage && (
          <>
            <MainAction device={device} />
            <DeviceActions device={device} />
          </>
        )}
      </PaneHead>
      <div className={styles.detail}>
        {error && !device && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!device && !error && <Skeleton />}
        {device && (
          <>
            <StateLine device={device} />
            <DeviceTabs device={device} tab={tab} />
          </>
        )}
      </div>
    </div>
  )
}
