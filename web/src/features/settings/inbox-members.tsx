import { useState } from 'react'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { addMemberCall, type InboxRow, removeMemberCall, type UserRow, useMembers, useUsers } from './api.ts'
import { ConfirmDialog, FormDialog } from './dialogs.tsx'
import { Loaded } from './parts.tsx'
import styles from './settings.module.css'
import { useRefresh } from './use-settings.ts'

const AddMember = ({ inbox, members, onClose }: { inbox: InboxRow; members: UserRow[]; onClose: () => void }) => {
  const { inboxes, common } = useTexts(settingsTexts)
  const refresh = useRefresh()
  const users = useUsers()
  const others = users.data?.filter(({ id }) => !members.some((member) => member.id === id)) ?? []
  const send = async (form: FormData) => {
    if (others.length > 0) {
      await addMemberCall({ params: { id: String(inbox.id) }, body: { user_id: Number(form.get('user')) } })
      await refresh()
    }
    onClose()
  }
  return (
    <FormDialog title={inboxes.addMember} submit={common.add} send={send} onClose={onClose} fields={['user_id']}>
      {(wrong) => (
        <Loaded of={users}>
          {() =>
            others.length > 0 ? (
              <Field label={inboxes.user} error={wrong('user_id')}>
                <Select name="user" required>
                  {others.map(({ id, name, email }) => (
                    <option key={id} value={id}>
                      {name} · {email}
                    </option>
                  ))}
                </Select>
              </Field>
            ) : (
              <p>{inboxes.everybody}</p>
            )
          }
        </Loaded>
      )}
    </FormDialog>
  )
}

const RemoveMember = ({ inbox, user, onClose }: { inbox: InboxRow; user: UserRow; onClose: () => void }) => {
  const { inboxes, common } = useTexts(settingsTexts)
  const refresh = useRefresh()
  return (
    <ConfirmDialog
      title={inboxes.removeMember(user.name)}
      text={inboxes.removeMemberText}
      confirm={common.remove}
      onClose={onClose}
      act={async () => {
        await removeMemberCall({ params: { id: String(inbox.id), userId: String(user.id) } })
        await refresh()
        onClose()
      }}
    />
  )
}

/** Who is a member of an inbox. */
export const InboxMembers = ({ inbox }: { inbox: InboxRow }) => {
  const { inboxes, users, common } = useTexts(settingsTexts)
  const [doing, setDoing] = useState<'add' | UserRow>()
  const list = useMembers(String(inbox.id))
  const columns: Column<UserRow>[] = [
    {
      id: 'name',
      heading: users.name,
      cell: ({ name, email }) => (
        <span className={styles.who}>
          <Avatar name={name} size={28} />
          <span>
            {name}
            <span className={styles.quiet}>{email}</span>
          </span>
        </span>
      ),
    },
    { id: 'role', heading: users.role, cell: ({ role }) => role },
    {
      id: 'actions',
      heading: <span className="visually-hidden">{common.actionsHeading}</span>,
      at: 'end',
      cell: (user) => (
        <Button look="quiet" onClick={() => setDoing(user)} aria-label={`${common.remove}: ${user.name}`}>
          {common.remove}
        </Button>
      ),
    },
  ]
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>{inboxes.members}</h2>
        <Button icon="plus" onClick={() => setDoing('add')}>
          {inboxes.addMember}
        </Button>
      </div>
      <Loaded of={list}>
        {(rows) => (
          <>
            {rows.length > 0 ? (
              <div className={styles.withActions}>
                <Table label={inboxes.members} columns={columns} rows={rows} keyOf={({ id }) => id} />
              </div>
            ) : (
              <p className={styles.quiet}>{inboxes.noMembers}</p>
            )}
            {doing === 'add' && <AddMember inbox={inbox} members={rows} onClose={() => setDoing(undefined)} />}
          </>
        )}
      </Loaded>
      {typeof doing === 'object' && <RemoveMember inbox={inbox} user={doing} onClose={() => setDoing(undefined)} />}
    </section>
  )
}
