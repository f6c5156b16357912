import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { explain } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import { type DeviceRow, updateDevice, useKeep } from './api.ts'
import styles from './devices.module.css'

/** Name and workspace of a device. */
export const EditDevice = ({ device, onClose }: { device: DeviceRow; onClose: () => void }) => {
  const core = useTexts(coreTexts)
  const { create, edit } = useTexts(deviceTexts)
  const keep = useKeep()
  const form = useId()
  const saving = useMutation({
    mutationFn: (given: FormData) =>
      updateDevice({
        params: { id: String(device.id) },
        body: { name: String(given.get('name')), workspace: String(given.get('workspace')) },
      }),
    onSuccess: (now) => {
      keep(now)
      showToast({ tone: 'good', text: edit.saved })
      onClose()
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    saving.mutate(new FormData(event.currentTarget))
  }
  return (
    <Dialog
      title={edit.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core.actions.cancel}</Button>
          <Button look="primary" type="submit" form={form} busy={saving.isPending}>
            {core.actions.save}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        {saving.error && <Notice tone="bad">{explain(core, saving.error)}</Notice>}
        <Field label={create.name} hint={create.nameHint}>
          <Input name="name" required maxLength={255} defaultValue={device.name} autoComplete="off" />
        </Field>
        <Field label={create.workspace} hint={create.workspaceHint}>
          <Input name="workspace" maxLength={255} defaultValue={device.workspace} autoComplete="off" />
        </Field>
      </form>
    </Dialog>
  )
}
