import { useSearchParams } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { useFormats } from '../../i18n/format.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Checkbox, Field, Select } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import type { RoleRow } from './api.ts'
import { type Capability, MATRIX } from './capabilities.ts'
import matrix from './matrix.module.css'
import { RowMenu } from './parts.tsx'
import { type RoleDraft, useRoleDraft } from './role-draft.ts'
import type { RoleDoing } from './roles.tsx'
import styles from './settings.module.css'

type OnDo = (doing: RoleDoing) => void

const RoleHead = ({ role, onDo }: { role: RoleRow; onDo: OnDo }) => {
  const { roles } = useTexts(settingsTexts)
  const { plural } = useFormats()
  return (
    <span className={styles.head}>
      <span className={styles.stack}>
        <span>{role.name}</span>
        <span className={styles.tags}>
          {role.system && <Badge>{roles.system}</Badge>}
          <span>{plural(role.users, roles.users)}</span>
        </span>
      </span>
      {!role.system && (
        <RowMenu
          name={role.name}
          items={[
            { id: 'rename', icon: 'edit', label: roles.rename, onSelect: () => onDo({ what: 'rename', role }) },
            {
              id: 'delete',
              icon: 'trash',
              label: roles.delete,
              danger: true,
              onSelect: () => onDo({ what: 'delete', role }),
            },
          ]}
        />
      )}
    </span>
  )
}

/** What one checkbox of the matrix is: its state, and why it cannot be set when it cannot. */
const useCell = (draft: RoleDraft) => {
  const { roles, capabilities } = useTexts(settingsTexts)
  const can = useCan()
  return (role: RoleRow, capability: Capability) => {
    const isLocked = !can(capability) && !draft.has(role, capability)
    return {
      checked: draft.has(role, capability),
      disabled: isLocked || draft.saving,
      title: isLocked ? roles.notHeld : undefined,
      'aria-label': roles.cell(role.name, capabilities[capability].name),
      onChange: () => draft.toggle(role, capability),
    }
  }
}

const WideMatrix = ({ roles, draft, onDo }: { roles: RoleRow[]; draft: RoleDraft; onDo: OnDo }) => {
  const { roles: texts, sections, capabilities } = useTexts(settingsTexts)
  const cell = useCell(draft)
  const columns: Column<Capability>[] = [
    {
      id: 'capability',
      heading: texts.capability,
      cell: (id) => (
        <span className={matrix.capability}>
          <span>{capabilities[id].name}</span>
          <span className={styles.quiet}>{capabilities[id].text}</span>
        </span>
      ),
    },
    ...roles.map((role) => ({
      id: String(role.id),
      heading: <RoleHead role={role} onDo={onDo} />,
      cell: (id: Capability) => (
        <label className={classes(matrix.cell, draft.isChanged(role, id) && matrix.changed)}>
          <input type="checkbox" {...cell(role, id)} />
        </label>
      ),
    })),
  ]
  return <Table label={sections.roles} columns={columns} rows={MATRIX} keyOf={(id) => id} />
}

const PhoneMatrix = ({ roles, draft, onDo }: { roles: RoleRow[]; draft: RoleDraft; onDo: OnDo }) => {
  const { roles: texts, capabilities } = useTexts(settingsTexts)
  const [search, setSearch] = useSearchParams()
  const cell = useCell(draft)
  const role = roles.find(({ id }) => String(id) === search.get('role')) ?? roles[0]
  if (!role) return null
  return (
    <>
      <Field label={texts.choose}>
        <Select value={role.id} onChange={(event) => setSearch({ role: event.target.value }, { replace: true })}>
          {roles.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <RoleHead role={role} onDo={onDo} />
      {MATRIX.map((id) => {
        const { 'aria-label': _label, ...props } = cell(role, id)
        const { name, text } = capabilities[id]
        const label = draft.isChanged(role, id) ? `${name} (${texts.changed})` : name
        return <Checkbox key={id} {...props} label={label} hint={text} />
      })}
    </>
  )
}

/** The table of roles and capabilities. Changes are collected, and saved together. */
export const RoleMatrix = ({ roles, onDo }: { roles: RoleRow[]; onDo: OnDo }) => {
  const { roles: texts } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const { plural } = useFormats()
  const draft = useRoleDraft(roles)
  return (
    <>
      {draft.failures.map((failure) => (
        <Notice key={failure} tone="bad">
          {failure}
        </Notice>
      ))}
      <div className={matrix.onWide}>
        <WideMatrix roles={roles} draft={draft} onDo={onDo} />
      </div>
      <div className={matrix.onPhone}>
        <PhoneMatrix roles={roles} draft={draft} onDo={onDo} />
      </div>
      {draft.changes > 0 && (
        <div className={matrix.bar}>
          <span role="status">{draft.saving ? texts.saving : plural(draft.changes, texts.changes)}</span>
          <Button onClick={draft.discard} disabled={draft.saving}>
            {texts.discard}
          </Button>
          <Button look="primary" onClick={draft.save} busy={draft.saving}>
            {actions.save}
          </Button>
        </div>
      )}
    </>
  )
}
