import { useMutation } from '@tanstack/react-query'
import { useId } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { phoneTexts } from '../../i18n/phones.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { makePhone, type Phone } from './api.ts'
import styles from './phones.module.css'

/** Asks for the number and name of a new simulated phone, and makes it. */
export const AddPhone = ({ onClose, onMade }: { onClose: () => void; onMade: (phone: Phone) => void }) => {
  const core = useTexts(coreTexts)
  const { add } = useTexts(phoneTexts)
  const form = useId()
  const making = useMutation({
    mutationFn: (given: FormData) =>
      makePhone({
        body: {
          phone: String(given.get('phone')).replace(/[\s()-]/g, ''),
          name: String(given.get('name')).trim() || undefined,
          autoRead: given.get('autoRead') !== null,
        },
      }),
    onSuccess: onMade,
  })
  return (
    <Dialog
      title={add.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core.actions.cancel}</Button>
          <Button look="primary" type="submit" form={form} busy={making.isPending}>
            {core.actions.create}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} action={(given) => making.mutate(given)}>
        {making.error && <Notice tone="bad">{explain(core, making.error)}</Notice>}
        <Field label={add.phone} hint={add.phoneHint}>
          <Input name="phone" type="tel" required pattern="\+?[\d\s()\-]{5,24}" autoComplete="off" />
        </Field>
        <Field label={add.name}>
          <Input name="name" maxLength={100} autoComplete="off" />
        </Field>
        <Checkbox name="autoRead" label={add.autoRead} />
      </form>
    </Dialog>
  )
}
