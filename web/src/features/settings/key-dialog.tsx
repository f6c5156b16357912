import { useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { Checkbox, Field, Input, Select } from '../../ui/field.tsx'
import { createKeyCall } from './api-access.ts'
import { MATRIX } from './capabilities.ts'
import { FormDialog, SecretDialog } from './dialogs.tsx'
import { endOfDay } from './expiry.ts'
import { ExpiryField } from './expiry-field.tsx'
import styles from './settings.module.css'
import { useRefresh, useWishKey } from './use-settings.ts'

const Access = () => {
  const { keys, capabilities } = useTexts(settingsTexts)
  const can = useCan()
  const [isChosen, setChosen] = useState(false)
  return (
    <>
      <Field label={keys.access}>
        <Select name="access" onChange={(event) => setChosen(event.target.value === 'chosen')}>
          <option value="usual">{keys.accessUsual}</option>
          <option value="chosen">{keys.accessChosen}</option>
        </Select>
      </Field>
      {isChosen && (
        <fieldset className={styles.choices}>
          <legend>{keys.capabilityCount}</legend>
          {MATRIX.filter((id) => can(id)).map((id) => (
            <Checkbox
              key={id}
              name="capability"
              value={id}
              label={capabilities[id].name}
              hint={capabilities[id].text}
            />
          ))}
        </fieldset>
      )}
    </>
  )
}

/** Makes an API key, and shows it this once. */
export const KeyDialog = ({ onClose }: { onClose: () => void }) => {
  const { keys, common } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const refresh = useRefresh()
  const keyOf = useWishKey()
  const [secret, setSecret] = useState<string>()
  const send = async (form: FormData) => {
    const body = {
      name: String(form.get('name')).trim(),
      ...(form.get('access') === 'chosen' && { capabilities: form.getAll('capability').map(String) }),
      ...(form.get('expires') && { expiresAt: endOfDay(String(form.get('expires'))) }),
    }
    const made = await createKeyCall({ body, idempotencyKey: keyOf(body) })
    setSecret(made.key)
    await refresh()
  }
  if (secret !== undefined) {
    return (
      <SecretDialog title={keys.secretTitle} secrets={[{ label: keys.key, value: secret }]} onClose={onClose}>
        <p className={styles.quiet}>{keys.usage}</p>
        <pre className={styles.code}>Authorization: {secret.slice(0, 8)}…</pre>
      </SecretDialog>
    )
  }
  return (
    <FormDialog title={keys.add} submit={actions.create} send={send} onClose={onClose} fields={['name', 'expiresAt']}>
      {(wrong) => (
        <>
          <Field label={common.name} hint={keys.nameHint} error={wrong('name')}>
            <Input name="name" required maxLength={60} autoComplete="off" pattern=".*\S.*" />
          </Field>
          <Access />
          <ExpiryField error={wrong('expiresAt')} />
        </>
      )}
    </FormDialog>
  )
}
