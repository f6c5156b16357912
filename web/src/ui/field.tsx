import { type ComponentProps, createContext, type ReactNode, use, useId } from 'react'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { Icon } from './icon.tsx'

type Wiring = { id: string; describedBy: string | undefined; invalid: boolean }

const FieldContext = createContext<Wiring | undefined>(undefined)

/** A label with its control, a hint and what is wrong with the value. The control inside is wired to all of them. */
export const Field = ({
  label,
  hint,
  error,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: string
  children: ReactNode
}) => {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <FieldContext value={{ id, describedBy: described || undefined, invalid: error !== undefined }}>
      <div className={styles.field}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {children}
        {hint && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )}
        {error && (
          <p id={`${id}-error`} className={styles.error}>
            <Icon name="alert" size={16} />
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  )
}

const useWiring = () => {
  const wiring = use(FieldContext)
  return (
    wiring && { id: wiring.id, 'aria-describedby': wiring.describedBy, 'aria-invalid': wiring.invalid || undefined }
  )
}

/** One line of text. Inside a `Field`, or with an `aria-label`. */
export const Input = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input {...useWiring()} {...rest} className={classes(styles.control, className)} />
)

/** Several lines of text. Inside a `Field`, or with an `aria-label`. */
export const Textarea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea rows={4} {...useWiring()} {...rest} className={classes(styles.control, className)} />
)

/** One of several values. Inside a `Field`, or with an `aria-label`. */
export const Select = ({ className, ...rest }: ComponentProps<'select'>) => (
  <select {...useWiring()} {...rest} className={classes(styles.control, className)} />
)

type ChoiceProps = Omit<ComponentProps<'input'>, 'type'> & { label: ReactNode; hint?: ReactNode }

const Choice = ({ label, hint, className, ...rest }: ChoiceProps & { role?: string }) => {
  const id = useId()
  return (
    <div>
      <label className={styles.choice}>
        <input type="checkbox" aria-describedby={hint ? id : undefined} {...rest} className={className} />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={id} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** A choice that counts when a form is sent. */
export const Checkbox = (props: ChoiceProps) => <Choice {...props} />

/** A choice that counts at once. */
export const Switch = (props: ChoiceProps) => <Choice {...props} role="switch" className={styles.switch} />
