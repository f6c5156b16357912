import type { ReactNode } from 'react'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { CopyText } from '../../ui/copy-text.tsx'
import { Time } from '../../ui/time.tsx'
import type { DeviceDetail } from './api.ts'
import styles from './devices.module.css'
import parts from './parts.module.css'
import { changeSentence, serverWords } from './state.ts'
import { StateNameBadge } from './state-badge.tsx'
import { TokenPart } from './token-part.tsx'

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className={parts.fact}>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)

const Facts = ({ device }: { device: DeviceDetail }) => {
  const texts = useTexts(deviceTexts)
  const { overview } = texts
  const { phone, pushName, workspace, id, lastConnectedAt, createdAt, code } = device
  const words = serverWords(texts, device)
  return (
    <section className={styles.section}>
      <h2>{overview.facts}</h2>
      <dl className={parts.facts}>
        <Fact label={overview.phone}>{phone ? <CopyText text={phone} /> : overview.notPaired}</Fact>
        {pushName && <Fact label={overview.profile}>{pushName}</Fact>}
        <Fact label={overview.workspace}>{workspace || overview.none}</Fact>
        <Fact label={overview.number}>
          <CopyText text={String(id)} />
        </Fact>
        <Fact label={overview.lastConnected}>{lastConnectedAt ? <Time at={lastConnectedAt} /> : overview.never}</Fact>
        <Fact label={overview.created}>
          <Time at={createdAt} />
        </Fact>
        {words && (
          <Fact label={overview.reason}>
            <span lang="en">{words}</span>
          </Fact>
        )}
        {code !== null && <Fact label={overview.code}>{code}</Fact>}
      </dl>
    </section>
  )
}

const History = ({ device }: { device: DeviceDetail }) => {
  const texts = useTexts(deviceTexts)
  const { overview } = texts
  return (
    <section className={styles.section}>
      <h2>{overview.history}</h2>
      {device.transitions.length === 0 && <p className={styles.quiet}>{overview.noHistory}</p>}
      <ol className={parts.history}>
        {device.transitions.map((change) => (
          <li key={`${change.at} ${change.state}`}>
            <StateNameBadge name={change.state} />
            <div>
              <p>{changeSentence(texts, change, true)}</p>
              <p className={styles.quiet}>
                <Time at={change.at} />
                {change.code !== null && ` · ${overview.codeOf(change.code)}`}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** What is known of a device, its token, and how its state came about. */
export const Overview = ({ device }: { device: DeviceDetail }) => {
  const mayManage = useCan()('devices.manage')
  return (
    <div className={parts.columns}>
      <div className={styles.stack}>
        <Facts device={device} />
        {mayManage && <TokenPart id={device.id} />}
      </div>
      <History device={device} />
    </div>
  )
}
