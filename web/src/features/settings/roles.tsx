import { useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { showToast } from '../../ui/toast.ts'
import { createRoleCall, deleteRoleCall, type RoleRow, renameRoleCall, useRoles } from './api.ts'
import { ConfirmDialog, FormDialog } from './dialogs.tsx'
import { Loaded, SectionPage } from './parts.tsx'
import { RoleMatrix } from './role-matrix.tsx'
import { useRefresh, useWishKey } from './use-settings.ts'

/** What is being done with a role as a whole. */
export type RoleDoing = { what: 'add' } | { what: 'rename' | 'delete'; role: RoleRow }

const NameDialog = ({ role, onClose }: { role?: RoleRow; onClose: () => void }) => {
  const { roles, common } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const refresh = useRefresh()
  const keyOf = useWishKey()
  const send = async (form: FormData) => {
    const body = { name: String(form.get('name')).trim() }
    if (role) await renameRoleCall({ params: { id: String(role.id) }, body })
    else await createRoleCall({ body, idempotencyKey: keyOf(body) })
    await refresh()
    showToast({ tone: 'good', text: common.saved })
    onClose()
  }
  return (
    <FormDialog
      title={role ? roles.renameTitle(role.name) : roles.add}
      submit={role ? actions.save : actions.create}
      send={send}
      onClose={onClose}
      fields={['name']}
    >
      {(wrong) => (
        <Field label={common.name} hint={role ? undefined : roles.addHint} error={wrong('name')}>
          <Input name="name" required maxLength={60} defaultValue={role?.name} autoComplete="off" pattern=".*\S.*" />
        </Field>
      )}
    </FormDialog>
  )
}

const DeleteRole = ({ role, onClose }: { role: RoleRow; onClose: () => void }) => {
  const { roles } = useTexts(settingsTexts)
  const refresh = useRefresh()
  return (
    <ConfirmDialog
      title={roles.deleteTitle(role.name)}
      text={roles.deleteText}
      confirm={roles.delete}
      special={{ conflict: roles.inUse }}
      onClose={onClose}
      act={async () => {
        await deleteRoleCall({ params: { id: String(role.id) } })
        await refresh()
        showToast({ tone: 'good', text: roles.deleted(role.name) })
        onClose()
      }}
    />
  )
}

/** The roles, and what each of them allows. */
const RolesPage = () => {
  const { sections, roles } = useTexts(settingsTexts)
  const [doing, setDoing] = useState<RoleDoing>()
  const list = useRoles()
  const close = () => setDoing(undefined)
  return (
    <SectionPage
      title={sections.roles}
      intro={roles.intro}
      wide
      action={
        <Button look="primary" icon="plus" onClick={() => setDoing({ what: 'add' })}>
          {roles.add}
        </Button>
      }
    >
      <Loaded of={list}>{(rows) => <RoleMatrix roles={rows} onDo={setDoing} />}</Loaded>
      {doing?.what === 'add' && <NameDialog onClose={close} />}
      {doing?.what === 'rename' && <NameDialog role={doing.role} onClose={close} />}
      {doing?.what === 'delete' && <DeleteRole role={doing.role} onClose={close} />}
    </SectionPage>
  )
}

export default RolesPage
