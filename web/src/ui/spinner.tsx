import styles from './spinner.module.css'

/** Something is on its way. The words beside it, or `aria-busy` of what holds it, say what. */
export const Spinner = ({ size = 20 }: { size?: number }) => (
  <span className={styles.spinner} style={{ width: size, height: size }} aria-hidden="true" />
)
