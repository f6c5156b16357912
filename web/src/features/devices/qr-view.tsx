import { Link } from 'wouter'
import { deviceTexts } from '../../i18n/devices.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useHasSandbox } from '../../lib/sandbox.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { type DeviceDetail, type QrCode, useQr } from './api.ts'
import styles from './devices.module.css'
import pairing from './pairing.module.css'
import { useSecondsUntil } from './seconds.ts'
import type { PairStep } from './state.ts'
import { useSentence } from './state-badge.tsx'
import { useConnect } from './use-connect.ts'

/** Seconds that the first code of a connection is shown; later ones live shorter. */
const LONGEST_S = 60
const USUAL_S = 20

const Remaining = ({ qr }: { qr: QrCode }) => {
  const { pair } = useTexts(deviceTexts)
  const { number } = useFormats()
  const seconds = useSecondsUntil(qr.endsMs)
  const whole = seconds > USUAL_S ? LONGEST_S : USUAL_S
  return (
    <div className={pairing.remaining}>
      <div className={pairing.track} aria-hidden="true">
        <div className={pairing.bar} style={{ transform: `scaleX(${Math.min(1, seconds / whole)})` }} />
      </div>
      <span className={styles.quiet}>{seconds > 0 ? pair.renews(number(seconds)) : pair.renewing}</span>
    </div>
  )
}

const Again = ({ device, step }: { device: DeviceDetail; step: 'expired' | 'failed' | 'start' }) => {
  const { pair } = useTexts(deviceTexts)
  const connecting = useConnect(device)
  const label = { expired: pair.again, failed: pair.retry, start: pair.show }[step]
  return (
    <div className={pairing.pause}>
      <Icon name={step === 'failed' ? 'alert' : 'refresh'} size={32} />
      <Button look="primary" busy={connecting.isPending} onClick={() => connecting.mutate()}>
        {label}
      </Button>
    </div>
  )
}

const Picture = ({ device, step, qr }: { device: DeviceDetail; step: PairStep; qr: QrCode | undefined }) => {
  const { pair } = useTexts(deviceTexts)
  if (step === 'expired' || step === 'failed' || step === 'start') return <Again device={device} step={step} />
  if (step === 'scan' && qr) return <img className={pairing.image} src={qr.image} alt={pair.qr} />
  return (
    <div className={pairing.pause}>{step === 'done' ? <Icon name="check" size={48} /> : <Spinner size={32} />}</div>
  )
}

/** The QR code with its remaining time, or what is there in its place; and where pairing stands, in a sentence. */
export const QrView = ({ device, step }: { device: DeviceDetail; step: PairStep }) => {
  const { pair } = useTexts(deviceTexts)
  const sentence = useSentence()(device)
  const hasSandbox = useHasSandbox()
  const { data } = useQr(device.id, step === 'scan')
  const qr = data ?? undefined
  const isDelayed = step === 'failed' || (step === 'preparing' && device.state === 'waiting')
  const status = isDelayed ? sentence : step === 'done' ? pair.status.linking : pair.status[step]
  return (
    <section className={pairing.qr}>
      <div className={pairing.frame}>
        <Picture device={device} step={step} qr={qr} />
      </div>
      {step === 'scan' && qr && <Remaining qr={qr} />}
      <p role="status" className={pairing.status}>
        {status}
      </p>
      {hasSandbox && step === 'scan' && <Link href="~/app/phones">{pair.sandbox}</Link>}
    </section>
  )
}
