import { Link, useRoute } from 'wouter'
import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { Icon } from '../ui/icon.tsx'
import { AccountMenu } from './account-menu.tsx'
import type { Feature } from './features.ts'
import styles from './rail.module.css'
import { useFeatures } from './use-features.ts'

const Entry = ({ feature: { name, path } }: { feature: Feature }) => {
  const { rail } = useTexts(coreTexts)
  const [isOpen] = useRoute(`${path}/*?`)
  return (
    <li>
      <Link href={path} className={styles.item} aria-current={isOpen ? 'page' : undefined}>
        <Icon name={name} />
        {rail[name]}
      </Link>
    </li>
  )
}

/** The parts of the dashboard, and the account at the foot. */
export const Rail = ({ onHelp }: { onHelp: () => void }) => {
  const { rail } = useTexts(coreTexts)
  const features = useFeatures()
  const at = (place: Feature['at']) =>
    features.filter((feature) => feature.at === place).map((feature) => <Entry key={feature.name} feature={feature} />)
  return (
    <nav className={styles.rail} aria-label={rail.label}>
      <ul className={styles.list}>{at('top')}</ul>
      <ul className={`${styles.list} ${styles.foot}`}>
        {at('foot')}
        <li>
          <AccountMenu className={styles.item} onHelp={onHelp} />
        </li>
      </ul>
    </nav>
  )
}
