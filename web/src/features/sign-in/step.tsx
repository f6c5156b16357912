import { useMutation } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import styles from './frame.module.css'

/** One step: what it says, its fields, and what sending them does. `explain` puts a failure into words. */
export const Step = ({
  intro,
  submit,
  send,
  explain,
  children,
  more,
}: {
  intro?: ReactNode
  submit: string
  send: (form: FormData) => Promise<void>
  explain: (error: unknown) => string
  children: ReactNode
  more?: ReactNode
}) => {
  const sending = useMutation({ mutationFn: send })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    sending.mutate(new FormData(event.currentTarget))
  }
  return (
    <>
      {sending.error ? <Notice tone="bad">{explain(sending.error)}</Notice> : intro && <p>{intro}</p>}
      <form className={styles.form} onSubmit={onSubmit}>
        {children}
        <Button type="submit" look="primary" wide busy={sending.isPending}>
          {submit}
        </Button>
      </form>
      {more && <div className={styles.more}>{more}</div>}
    </>
  )
}
