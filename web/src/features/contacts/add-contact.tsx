import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { contactTexts } from '../../i18n/contacts.ts'
import { coreTexts } from '../../i18n/core.ts'
import { explain, explainField } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { newIdempotencyKey } from '../../lib/api.ts'
import { ApiError } from '../../lib/api-error.ts'
import { queryClient } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import { type Contact, createContact } from './api.ts'
import styles from './contacts.module.css'

/** Asks for a number and what is known about its owner, and makes the contact. */
export const AddContact = ({ onClose, onMade }: { onClose: () => void; onMade: (contact: Contact) => void }) => {
  const core = useTexts(coreTexts)
  const texts = useTexts(contactTexts)
  const form = useId()
  const [wish, setWish] = useState(newIdempotencyKey)
  const making = useMutation({
    mutationFn: (given: FormData) => {
      const [name, phone_e164, company, email] = ['name', 'phone', 'company', 'email'].map((field) =>
        String(given.get(field)).trim(),
      )
      return createContact({ body: { name, phone_e164: phone_e164 ?? '', company, email }, idempotencyKey: wish })
    },
    onSuccess: (contact) => {
      void queryClient.invalidateQueries({ queryKey: ['contacts', 'list'] })
      showToast({ tone: 'good', text: texts.created(contact.name) })
      onMade(contact)
      onClose()
    },
    // What was refused is corrected and asked anew.
    onError: (error) => {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) setWish(newIdempotencyKey())
    },
  })
  const { error } = making
  const field = (name: string) => explainField(core, error, name)
  const isField = error instanceof ApiError && error.fields.length > 0
  return (
    <Dialog
      title={texts.addTitle}
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
      <form
        id={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          making.mutate(new FormData(event.currentTarget))
        }}
      >
        {error && !isField && <Notice tone="bad">{explain(core, error)}</Notice>}
        <Field label={texts.fields.phone} hint={texts.fields.phoneHint} error={field('phone_e164')}>
          <Input name="phone" type="tel" required pattern="\+?[\d\s().\-]{6,24}" autoComplete="off" />
        </Field>
        <Field label={texts.fields.name} error={field('name')}>
          <Input name="name" maxLength={200} autoComplete="off" />
        </Field>
        <Field label={texts.fields.company} error={field('company')}>
          <Input name="company" maxLength={200} autoComplete="off" />
        </Field>
        <Field label={texts.fields.email} error={field('email')}>
          <Input name="email" type="email" autoComplete="off" />
        </Field>
      </form>
    </Dialog>
  )
}
