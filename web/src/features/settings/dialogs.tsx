import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { explainField } from '../../i18n/explain.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import styles from './settings.module.css'
import { type Special, useExplain } from './use-settings.ts'

/** What is wrong with a field of the form, by its name at the server. */
export type FieldErrors = (name: string) => string | undefined

type FormDialogProps = {
  title: string
  submit: string
  send: (form: FormData) => Promise<unknown>
  onClose: () => void
  /** Names of the fields that show their own failure. */
  fields?: readonly string[]
  special?: Special
  wide?: boolean
  children: (wrong: FieldErrors) => ReactNode
}

/** A dialog that asks for something and sends it. What was typed stays when that fails. */
export const FormDialog = ({ title, submit, send, onClose, fields = [], special, wide, children }: FormDialogProps) => {
  const core = useTexts(coreTexts)
  const { actions } = core
  const explain = useExplain()
  const form = useId()
  const sending = useMutation({ mutationFn: send })
  const { error } = sending
  const wrong: FieldErrors = (name) => explainField(core, error, name)
  const isAtField = fields.some((name) => wrong(name) !== undefined)
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    sending.mutate(new FormData(event.currentTarget))
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide={wide}
      actions={
        <>
          <Button onClick={onClose}>{actions.cancel}</Button>
          <Button look="primary" type="submit" form={form} busy={sending.isPending}>
            {submit}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        {error && !isAtField && <Notice tone="bad">{explain(error, special)}</Notice>}
        {children(wrong)}
      </form>
    </Dialog>
  )
}

type ConfirmDialogProps = {
  title: string
  text: ReactNode
  confirm: string
  act: () => Promise<unknown>
  onClose: () => void
  special?: Special
}

/** Asks before something that cannot be undone is done. */
export const ConfirmDialog = ({ title, text, confirm, act, onClose, special }: ConfirmDialogProps) => {
  const { actions } = useTexts(coreTexts)
  const explain = useExplain()
  const acting = useMutation({ mutationFn: act })
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{actions.cancel}</Button>
          <Button look="danger" busy={acting.isPending} onClick={() => acting.mutate()}>
            {confirm}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {acting.error && <Notice tone="bad">{explain(acting.error, special)}</Notice>}
        <p>{text}</p>
      </div>
    </Dialog>
  )
}

/** Shows secrets, this once, with a warning. */
export const SecretDialog = ({
  title,
  secrets,
  onClose,
  children,
}: {
  title: string
  secrets: { label: string; value: string }[]
  onClose: () => void
  children?: ReactNode
}) => {
  const { common } = useTexts(settingsTexts)
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {common.secretDone}
        </Button>
      }
    >
      <div className={styles.form}>
        <Notice tone="warn">{common.secretWarning}</Notice>
        {secrets.map(({ label, value }) => (
          <div key={label} className={styles.secret}>
            <span className={styles.label}>{label}</span>
            <CopyText text={value}>
              <code>{value}</code>
            </CopyText>
          </div>
        ))}
        {children}
      </div>
    </Dialog>
  )
}
