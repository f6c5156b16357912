import { useMutation, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { contactTexts } from '../../i18n/contacts.ts'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { newIdempotencyKey } from '../../lib/api.ts'
import { useCan } from '../../lib/me.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select, Textarea } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Notice } from '../../ui/notice.tsx'
import { devicesQuery } from '../inbox/api.ts'
import { type Contact, readConversationsOf, writeTo } from './api.ts'
import styles from './contacts.module.css'

const WriteDialog = ({ contact, onClose }: { contact: Contact; onClose: () => void }) => {
  const core = useTexts(coreTexts)
  const { conversations: texts } = useTexts(contactTexts)
  const form = useId()
  const [, navigate] = useLocation()
  const [wish] = useState(newIdempotencyKey)
  const { data: devices = [], isPending } = useQuery(devicesQuery)
  const ready = devices.filter(({ status }) => status === 'connected')
  const sending = useMutation({
    mutationFn: (given: FormData) =>
      writeTo({
        body: { to: contact.phone_e164, device_id: Number(given.get('device')), body: String(given.get('message')) },
        idempotencyKey: wish,
      }),
    onSuccess: ({ conversation_id: id }) => navigate(`~/app/inbox/${id}`),
  })
  return (
    <Dialog
      title={texts.write}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core.actions.cancel}</Button>
          <Button
            look="primary"
            icon="send"
            type="submit"
            form={form}
            busy={sending.isPending}
            disabled={!ready.length}
          >
            {texts.send}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          sending.mutate(new FormData(event.currentTarget))
        }}
      >
        {sending.error && <Notice tone="bad">{explain(core, sending.error)}</Notice>}
        {!isPending && ready.length === 0 && <Notice tone="warn">{texts.noDevice}</Notice>}
        <Field label={texts.device}>
          <Select name="device" required>
            {ready.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={texts.message}>
          <Textarea name="message" required maxLength={4096} />
        </Field>
      </form>
    </Dialog>
  )
}

/** The conversations with a contact, and the way to begin one. */
export const ConversationsOf = ({ contact }: { contact: Contact }) => {
  const { conversations: texts } = useTexts(contactTexts)
  const core = useTexts(coreTexts)
  const can = useCan()
  const [isWriting, setWriting] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['contacts', 'conversations', contact.id],
    queryFn: ({ signal }) => readConversationsOf(contact, signal),
    refetchOnMount: 'always',
  })
  return (
    <section className={styles.section}>
      <h2>{texts.title}</h2>
      {error && !data && <Notice tone="bad">{explain(core, error)}</Notice>}
      {data?.length === 0 && <p className={styles.quiet}>{texts.none}</p>}
      <ul className={styles.links}>
        {data?.map(({ id, device_name: device }) => (
          <li key={id}>
            <Link href={`~/app/inbox/${id}`} className={styles.link}>
              <Icon name="inbox" size={18} />
              {texts.open}
              <span className={styles.quiet}>{texts.on(device)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {can('chats.send') && contact.phone_e164 && (
        <Button icon="send" onClick={() => setWriting(true)}>
          {texts.write}
        </Button>
      )}
      {isWriting && <WriteDialog contact={contact} onClose={() => setWriting(false)} />}
    </section>
  )
}
