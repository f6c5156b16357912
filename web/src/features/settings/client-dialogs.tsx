import { useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Checkbox, Field, Input, Select } from '../../ui/field.tsx'
import { createClientCall, createTokenCall } from './api-access.ts'
import { FormDialog, SecretDialog } from './dialogs.tsx'
import { endOfDay } from './expiry.ts'
import { ExpiryField } from './expiry-field.tsx'
import { useRefresh, useWishKey } from './use-settings.ts'

/** Makes a client credential, and shows its secret this once. */
export const ClientDialog = ({ onClose }: { onClose: () => void }) => {
  const { clients, common } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const refresh = useRefresh()
  const keyOf = useWishKey()
  const [made, setMade] = useState<{ id: string; secret: string }>()
  const send = async (form: FormData) => {
    const body = {
      clientId: String(form.get('id')).trim(),
      description: String(form.get('description')).trim(),
      role: form.get('role') === 'admin' ? ('admin' as const) : ('user' as const),
    }
    const { credential, clientSecret } = await createClientCall({ body, idempotencyKey: keyOf(body) })
    setMade({ id: credential.clientId, secret: clientSecret })
    await refresh()
  }
  if (made) {
    const secrets = [
      { label: clients.id, value: made.id },
      { label: clients.secretTitle, value: made.secret },
    ]
    return <SecretDialog title={clients.secretTitle} secrets={secrets} onClose={onClose} />
  }
  return (
    <FormDialog
      title={clients.add}
      submit={actions.create}
      send={send}
      onClose={onClose}
      fields={['clientId', 'description']}
      special={{ conflict: clients.taken }}
    >
      {(wrong) => (
        <>
          <Field label={clients.id} hint={clients.idHint} error={wrong('clientId')}>
            <Input
              name="id"
              required
              pattern="[A-Za-z0-9][A-Za-z0-9_.@\-]{0,99}"
              title={clients.idHint}
              autoComplete="off"
              autoCapitalize="none"
            />
          </Field>
          <Field label={common.description} error={wrong('description')}>
            <Input name="description" maxLength={500} autoComplete="off" />
          </Field>
          <Field label={clients.role}>
            <Select name="role">
              <option value="user">{clients.roleUser}</option>
              <option value="admin">{clients.roleAdmin}</option>
            </Select>
          </Field>
        </>
      )}
    </FormDialog>
  )
}

/** Makes a token of a client credential, and shows it this once. */
export const TokenDialog = ({ clientId, onClose }: { clientId: string; onClose: () => void }) => {
  const { clients } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const refresh = useRefresh()
  const keyOf = useWishKey()
  const [secret, setSecret] = useState<string>()
  const send = async (form: FormData) => {
    const body = {
      useHost: form.get('host') !== null,
      ...(form.get('expires') && { expiresAt: endOfDay(String(form.get('expires'))) }),
    }
    const made = await createTokenCall({ params: { clientId }, body, idempotencyKey: keyOf(body) })
    setSecret(made.secret)
    await refresh()
  }
  if (secret !== undefined) {
    const secrets = [{ label: clients.token, value: secret }]
    return <SecretDialog title={clients.tokenSecret} secrets={secrets} onClose={onClose} />
  }
  return (
    <FormDialog
      title={clients.tokenAdd}
      submit={actions.create}
      send={send}
      onClose={onClose}
      fields={['expiresAt']}
      special={{ conflict: clients.off, validation_failed: clients.noHost }}
    >
      {(wrong) => (
        <>
          <Checkbox name="host" label={clients.useHost} hint={clients.useHostHint} />
          <ExpiryField error={wrong('expiresAt')} />
        </>
      )}
    </FormDialog>
  )
}
