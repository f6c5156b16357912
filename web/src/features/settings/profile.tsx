import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { chooseLanguage } from '../../i18n/choose.ts'
import { coreTexts } from '../../i18n/core.ts'
import { LANGUAGES, type Language, languageStore } from '../../i18n/language.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMe } from '../../lib/me.ts'
import { useStore } from '../../lib/store.ts'
import { chooseTheme, type Theme, themeStore } from '../../lib/theme.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import { changeProfileCall } from './api-access.ts'
import { SectionPage } from './parts.tsx'
import { Password } from './password.tsx'
import styles from './settings.module.css'
import { useExplain, useRefresh } from './use-settings.ts'

const Account = () => {
  const { profile, common } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const { user, organization } = useMe()
  const explain = useExplain()
  const refresh = useRefresh()
  const saving = useMutation({
    mutationFn: (name: string) => changeProfileCall({ body: { name } }),
    onSuccess: async () => {
      await refresh()
      showToast({ tone: 'good', text: common.saved })
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    saving.mutate(String(new FormData(event.currentTarget).get('name')).trim())
  }
  return (
    <form className={styles.block} onSubmit={onSubmit}>
      <h2>{profile.account}</h2>
      {saving.error && <Notice tone="bad">{explain(saving.error)}</Notice>}
      <Field label={profile.name}>
        <Input name="name" defaultValue={user.name} required maxLength={80} autoComplete="name" pattern=".*\S.*" />
      </Field>
      <Field label={profile.email} hint={profile.emailHint}>
        <Input value={user.email} readOnly />
      </Field>
      <dl className={styles.facts}>
        <dt>{profile.role}</dt>
        <dd>{user.roleName}</dd>
        <dt>{profile.organisation}</dt>
        <dd>{organization?.name}</dd>
      </dl>
      <Button type="submit" look="primary" busy={saving.isPending}>
        {actions.save}
      </Button>
    </form>
  )
}

const Appearance = () => {
  const { account } = useTexts(coreTexts)
  const { profile } = useTexts(settingsTexts)
  const theme = useStore(themeStore)
  const language = useStore(languageStore)
  return (
    <section className={styles.block}>
      <h2>{account.preferences}</h2>
      <Field label={account.theme}>
        <Select value={theme} onChange={(event) => chooseTheme(event.target.value as Theme)}>
          <option value="system">{account.themeSystem}</option>
          <option value="light">{account.themeLight}</option>
          <option value="dark">{account.themeDark}</option>
        </Select>
      </Field>
      <Field label={profile.language} hint={profile.languageHint}>
        <Select value={language} onChange={(event) => void chooseLanguage(event.target.value as Language)}>
          {Object.entries(LANGUAGES).map(([id, name]) => (
            <option key={id} value={id} lang={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
    </section>
  )
}

/** The own name, password, appearance and language. */
export const Profile = () => {
  const { sections } = useTexts(settingsTexts)
  const [round, setRound] = useState(0)
  return (
    <SectionPage title={sections.profile}>
      <div>
        <Account />
        <Password key={round} onChanged={() => setRound(round + 1)} />
        <Appearance />
      </div>
    </SectionPage>
  )
}
