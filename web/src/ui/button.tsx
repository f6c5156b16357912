import type { ComponentProps } from 'react'
import styles from './button.module.css'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import { Spinner } from './spinner.tsx'

type Look = 'plain' | 'primary' | 'danger' | 'quiet'

/** A button. While `busy` it shows that, keeps its width and does nothing. */
export const Button = ({
  look = 'plain',
  busy = false,
  wide = false,
  icon,
  className,
  children,
  disabled,
  ...rest
}: ComponentProps<'button'> & { look?: Look; busy?: boolean; wide?: boolean; icon?: IconName }) => (
  <button
    type="button"
    {...rest}
    className={classes(styles.button, look !== 'plain' && styles[look], wide && styles.wide, className)}
    disabled={disabled || busy}
    aria-busy={busy || undefined}
  >
    {busy ? <Spinner size={16} /> : icon && <Icon name={icon} size={16} />}
    {children}
  </button>
)

/** A button that shows a drawing only; `label` is its name for everybody, on hover too. */
export const IconButton = ({
  icon,
  label,
  look = 'quiet',
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & { icon: IconName; label: string; look?: Look }) => (
  <button
    type="button"
    aria-label={label}
    title={label}
    {...rest}
    className={classes(styles.button, styles.icon, look !== 'plain' && styles[look], className)}
  >
    <Icon name={icon} />
  </button>
)
