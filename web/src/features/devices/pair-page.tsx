import { useEffect, useEffectEvent, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { devicePaired } from '#domains/devices/events.ts'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ApiError } from '../../lib/api-error.ts'
import { useCan } from '../../lib/me.ts'
import { useTitle } from '../../lib/title.ts'
import { useRealtimeEvent } from '../../lib/use-event.ts'
import { PaneHead } from '../../ui/panes.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.ts'
import { type DeviceDetail, useDevice } from './api.ts'
import { Crumbs } from './device-page.tsx'
import styles from './devices.module.css'
import { NoDevice } from './no-device.tsx'
import { PairCode } from './pair-code.tsx'
import { PairHelp, PairSteps } from './pair-help.tsx'
import pairing from './pairing.module.css'
import { QrView } from './qr-view.tsx'
import { pairStep } from './state.ts'

const Pairing = ({ device }: { device: DeviceDetail }) => {
  const { pair } = useTexts(deviceTexts)
  const [, navigate] = useLocation()
  const [isLinked, setLinked] = useState(false)
  useRealtimeEvent<typeof devicePaired>('device.paired', ({ data }) => {
    if (data.number === device.id) setLinked(true)
  })
  const step = pairStep(device, isLinked)
  const leave = useEffectEvent(() => {
    if (device.desired === 'online') showToast({ tone: 'good', text: pair.done(device.name) })
    navigate(`/${device.id}`, { replace: true })
  })
  useEffect(() => {
    if (step === 'done') leave()
  }, [step])
  const hasCodes = step === 'scan' || step === 'preparing'
  return (
    <div className={pairing.grid}>
      <QrView device={device} step={step} />
      <div className={styles.stack}>
        <PairSteps />
        {(hasCodes || step === 'start' || step === 'expired') && <PairCode id={device.id} />}
        <PairHelp />
      </div>
    </div>
  )
}

/** Pairing a phone with a device, step by step; goes on to the device when it is connected. */
export const PairPage = ({ id }: { id: number }) => {
  const { title, pair } = useTexts(deviceTexts)
  const { noPermission } = useTexts(coreTexts)
  const mayManage = useCan()('devices.manage')
  const { data: device, error, refetch } = useDevice(id)
  useTitle(device ? pair.title(device.name) : title)
  if (error instanceof ApiError && error.status === 404) return <NoDevice />
  if (!mayManage)
    return (
      <Empty level={1} icon="info" title={noPermission.title}>
        {noPermission.text}
      </Empty>
    )
  return (
    <div className={styles.page}>
      <PaneHead title={<Crumbs name={device ? pair.title(device.name) : ''} />} up={`/app/devices/${id}`}>
        <Link href={`/${id}`} className={styles.crumb}>
          {pair.back}
        </Link>
      </PaneHead>
      <div className={styles.detail}>
        {error && !device && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!device && !error && <Skeleton />}
        {device && <Pairing device={device} />}
      </div>
    </div>
  )
}
