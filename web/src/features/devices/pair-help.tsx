import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import styles from './devices.module.css'
import pairing from './pairing.module.css'

/** What to do on the phone. */
export const PairSteps = () => {
  const { steps } = useTexts(deviceTexts).pair
  return (
    <section className={styles.section}>
      <h2>{steps.title}</h2>
      <ol className={pairing.steps}>
        <li>{steps.open}</li>
        <li>{steps.menu}</li>
        <li>{steps.link}</li>
      </ol>
    </section>
  )
}

/** What to do when it does not work. */
export const PairHelp = () => {
  const { help } = useTexts(deviceTexts).pair
  return (
    <details className={pairing.help}>
      <summary>{help.title}</summary>
      <ul>
        <li>{help.online}</li>
        <li>{help.four}</li>
        <li>{help.wait}</li>
        <li>{help.code}</li>
      </ul>
    </details>
  )
}
