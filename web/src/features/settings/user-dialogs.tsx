import { useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { Checkbox, Field, Input, Select } from '../../ui/field.tsx'
import { showToast } from '../../ui/toast.ts'
import { changeUserCall, createUserCall, resetPasswordCall, type UserRow, useInboxes, useRoles } from './api.ts'
import { type FieldErrors, FormDialog } from './dialogs.tsx'
import styles from './settings.module.css'
import { useRefresh, useWishKey } from './use-settings.ts'

const PasswordField = ({ wrong }: { wrong: FieldErrors }) => {
  const { users } = useTexts(settingsTexts)
  return (
    <Field label={users.password} hint={users.passwordHint} error={wrong('password')}>
      <Input name="password" type="password" autoComplete="new-password" required minLength={8} maxLength={128} />
    </Field>
  )
}

const RoleField = ({ user, wrong }: { user?: UserRow; wrong: FieldErrors }) => {
  const { users } = useTexts(settingsTexts)
  const can = useCan()
  const roles = useRoles().data ?? []
  const [chosen, setChosen] = useState(user?.role_id)
  const isOther = user !== undefined && chosen !== undefined && chosen !== user.role_id
  return (
    <Field label={users.role} error={wrong('role_id')} hint={isOther ? users.roleEnds : undefined}>
      <Select name="role" required value={chosen ?? ''} onChange={(event) => setChosen(Number(event.target.value))}>
        {chosen === undefined && <option value="" />}
        {roles.map(({ id, name, capabilities }) => (
          <option key={id} value={id} disabled={id !== user?.role_id && !capabilities.every((one) => can(one))}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  )
}

const InboxChoices = ({ user }: { user?: UserRow }) => {
  const { users } = useTexts(settingsTexts)
  const { data = [] } = useInboxes()
  return (
    <fieldset className={styles.choices}>
      <legend>{users.inboxes}</legend>
      <p className={styles.quiet}>{data.length > 0 ? users.inboxesHint : users.noInboxes}</p>
      {data.map(({ id, name }) => (
        <Checkbox key={id} name="inbox" value={id} label={name} defaultChecked={user?.inbox_ids.includes(id)} />
      ))}
    </fieldset>
  )
}

/** Adds a user, or changes one. */
export const UserDialog = ({ user, onClose }: { user?: UserRow; onClose: () => void }) => {
  const { users, common } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const choosesInboxes = useCan()('inbox.manage')
  const refresh = useRefresh()
  const keyOf = useWishKey()
  const send = async (form: FormData) => {
    const facts = {
      name: String(form.get('name')).trim(),
      email: String(form.get('email')).trim(),
      role_id: Number(form.get('role')),
      ...(choosesInboxes && { inbox_ids: form.getAll('inbox').map(Number) }),
    }
    if (user) await changeUserCall({ params: { id: String(user.id) }, body: facts })
    else {
      const body = { ...facts, password: String(form.get('password')) }
      await createUserCall({ body, idempotencyKey: keyOf(body) })
    }
    await refresh()
    showToast({ tone: 'good', text: user ? common.saved : users.created(facts.name) })
    onClose()
  }
  return (
    <FormDialog
      title={user ? users.editTitle(user.name) : users.add}
      submit={user ? actions.save : actions.create}
      send={send}
      onClose={onClose}
      fields={['name', 'email', 'password', 'role_id']}
    >
      {(wrong) => (
        <>
          <Field label={users.name} error={wrong('name')}>
            <Input name="name" required maxLength={100} defaultValue={user?.name} autoComplete="off" />
          </Field>
          <Field label={users.email} error={wrong('email')}>
            <Input name="email" type="email" required maxLength={254} defaultValue={user?.email} autoComplete="off" />
          </Field>
          {!user && <PasswordField wrong={wrong} />}
          <RoleField user={user} wrong={wrong} />
          {choosesInboxes && <InboxChoices user={user} />}
        </>
      )}
    </FormDialog>
  )
}

/** Sets a password for somebody. */
export const UserPasswordDialog = ({ user, onClose }: { user: UserRow; onClose: () => void }) => {
  const { users } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  return (
    <FormDialog
      title={users.passwordTitle(user.name)}
      submit={actions.save}
      onClose={onClose}
      fields={['password']}
      send={async (form) => {
        await resetPasswordCall({ params: { id: String(user.id) }, body: { password: String(form.get('password')) } })
        showToast({ tone: 'good', text: users.passwordSet(user.name) })
        onClose()
      }}
    >
      {(wrong) => <PasswordField wrong={wrong} />}
    </FormDialog>
  )
}
