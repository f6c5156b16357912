import { useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Checkbox, Field, Input, Textarea } from '../../ui/field.tsx'
import { showToast } from '../../ui/toast.ts'
import { changeInboxCall, createInboxCall, deleteInboxCall, type InboxRow } from './api.ts'
import { ConfirmDialog, FormDialog } from './dialogs.tsx'
import { useRefresh, useWishKey } from './use-settings.ts'

/** A calm green as the first proposal of the colour field, which has no empty value. */
const FIRST_COLOR = '#16a34a'

const ColorField = ({ inbox }: { inbox?: InboxRow }) => {
  const { inboxes } = useTexts(settingsTexts)
  const [hasNone, setNone] = useState(!inbox?.color)
  return (
    <>
      <Checkbox label={inboxes.noColor} checked={hasNone} onChange={(event) => setNone(event.target.checked)} />
      {!hasNone && (
        <Field label={inboxes.color} hint={inboxes.colorHint}>
          <Input name="color" type="color" defaultValue={inbox?.color || FIRST_COLOR} />
        </Field>
      )}
    </>
  )
}

/** Adds an inbox, or changes one. */
export const InboxDialog = ({ inbox, onClose }: { inbox?: InboxRow; onClose: () => void }) => {
  const { inboxes, common } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const refresh = useRefresh()
  const keyOf = useWishKey()
  const send = async (form: FormData) => {
    const body = {
      name: String(form.get('name')).trim(),
      description: String(form.get('description')).trim(),
      color: String(form.get('color') ?? ''),
    }
    if (inbox) await changeInboxCall({ params: { id: String(inbox.id) }, body })
    else await createInboxCall({ body, idempotencyKey: keyOf(body) })
    await refresh()
    showToast({ tone: 'good', text: common.saved })
    onClose()
  }
  return (
    <FormDialog
      title={inbox ? inboxes.editTitle(inbox.name) : inboxes.add}
      submit={inbox ? actions.save : actions.create}
      send={send}
      onClose={onClose}
      fields={['name', 'description']}
    >
      {(wrong) => (
        <>
          <Field label={inboxes.name} error={wrong('name')}>
            <Input name="name" required maxLength={60} defaultValue={inbox?.name} autoComplete="off" />
          </Field>
          <Field label={inboxes.description} error={wrong('description')}>
            <Textarea name="description" rows={2} maxLength={500} defaultValue={inbox?.description} />
          </Field>
          <ColorField inbox={inbox} />
        </>
      )}
    </FormDialog>
  )
}

/** Asks before an inbox is deleted. `onDeleted` is told after it, in place of `onClose`. */
export const DeleteInbox = ({
  inbox,
  onClose,
  onDeleted = onClose,
}: {
  inbox: InboxRow
  onClose: () => void
  onDeleted?: () => void
}) => {
  const { inboxes } = useTexts(settingsTexts)
  const refresh = useRefresh()
  return (
    <ConfirmDialog
      title={inboxes.deleteTitle(inbox.name)}
      text={inboxes.deleteText}
      confirm={inboxes.delete}
      onClose={onClose}
      act={async () => {
        await deleteInboxCall({ params: { id: String(inbox.id) } })
        onDeleted()
        showToast({ tone: 'good', text: inboxes.deleted(inbox.name) })
        await refresh()
      }}
    />
  )
}
