import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ApiError } from '../../lib/api-error.ts'
import { useMe } from '../../lib/me.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import { changePasswordCall } from './api-access.ts'
import styles from './settings.module.css'
import { useExplain, useWishKey } from './use-settings.ts'

/** Changing the own password. `onChanged` is told when that succeeded, for an empty form. */
export const Password = ({ onChanged }: { onChanged: () => void }) => {
  const { profile } = useTexts(settingsTexts)
  const { errors } = useTexts(coreTexts)
  const { user } = useMe()
  const explain = useExplain()
  const keyOf = useWishKey()
  const changing = useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) =>
      changePasswordCall({ body, idempotencyKey: keyOf(body) }),
    onSuccess: () => {
      showToast({ tone: 'good', text: profile.changed })
      onChanged()
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    changing.mutate({ currentPassword: String(form.get('current')), newPassword: String(form.get('next')) })
  }
  const { error } = changing
  const code = error instanceof ApiError ? error.code : undefined
  const isWrong = code === 'invalid_credentials'
  const isWeak = code === 'weak_password'
  return (
    <form className={styles.block} onSubmit={onSubmit}>
      <h2>{profile.password}</h2>
      <p className={styles.quiet}>{profile.passwordText}</p>
      {error && !isWrong && !isWeak && <Notice tone="bad">{explain(error)}</Notice>}
      <input type="email" value={user.email} autoComplete="username" readOnly hidden />
      <Field label={profile.current} error={isWrong ? profile.wrong : undefined}>
        <Input name="current" type="password" autoComplete="current-password" required maxLength={128} />
      </Field>
      <Field label={profile.next} hint={profile.nextHint} error={isWeak ? errors.codes.weak_password : undefined}>
        <Input name="next" type="password" autoComplete="new-password" required minLength={8} maxLength={128} />
      </Field>
      <Button type="submit" busy={changing.isPending}>
        {profile.change}
      </Button>
    </form>
  )
}
