import { useMutation, useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { Link } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { queryClient } from '../../lib/client.ts'
import { useCan } from '../../lib/me.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PaneHead } from '../../ui/panes.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.ts'
import { type Contact, changeContact, contactQuery } from '../contacts/api.ts'
import { type Conversation, devicesQuery } from './api.ts'
import { rereadRow } from './cache.ts'
import styles from './details.module.css'
import { Fact, Facts } from './facts.tsx'

/** What people wrote about a contact: fields for those who may change them. */
const ContactForm = ({ contact, onSaved }: { contact: Contact; onSaved: () => void }) => {
  const { details } = useTexts(inboxTexts)
  const core = useTexts(coreTexts)
  const form = useId()
  const saving = useMutation({
    mutationFn: (given: FormData) =>
      changeContact(contact.id, { name: String(given.get('name')), company: String(given.get('company')) }),
    onSuccess: (now) => {
      queryClient.setQueryData(contactQuery(contact.id).queryKey, now)
      void queryClient.invalidateQueries({ queryKey: ['contacts', 'list'] })
      showToast({ tone: 'good', text: details.saved })
      onSaved()
    },
  })
  const own = contact.name === contact.profile_name || contact.name === contact.phone_e164 ? '' : contact.name
  return (
    <form
      id={form}
      key={contact.updated_at}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        saving.mutate(new FormData(event.currentTarget))
      }}
    >
      {saving.error && <Notice tone="bad">{explain(core, saving.error)}</Notice>}
      <Field label={details.name}>
        <Input name="name" maxLength={200} defaultValue={own} placeholder={contact.name} autoComplete="off" />
      </Field>
      <Field label={details.company}>
        <Input name="company" maxLength={200} defaultValue={contact.company} autoComplete="off" />
      </Field>
      <Button type="submit" busy={saving.isPending}>
        {core.actions.save}
      </Button>
    </form>
  )
}

const ContactPart = ({ id, conversation }: { id: number; conversation: Conversation }) => {
  const { details } = useTexts(inboxTexts)
  const can = useCan()
  const { data: contact, error, refetch } = useQuery(contactQuery(id))
  if (!contact) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton lines={4} />
  const { phone_e164: phone, profile_name: profileName, company, email, segment, wa_lid: lid } = contact
  return (
    <section className={styles.section} aria-label={details.contact}>
      {can('contacts.write') && <ContactForm contact={contact} onSaved={() => rereadRow(conversation.id)} />}
      <Facts>
        <Fact label={details.phone}>{phone ? <CopyText text={phone} /> : details.hidden}</Fact>
        {!can('contacts.write') && company && <Fact label={details.company}>{company}</Fact>}
        {profileName && <Fact label={details.profileName}>{profileName}</Fact>}
        {email && (
          <Fact label={details.email}>
            <CopyText text={email} />
          </Fact>
        )}
        {segment && <Fact label={details.segment}>{segment}</Fact>}
        {lid && (
          <Fact label={details.lid}>
            <CopyText text={lid} />
          </Fact>
        )}
      </Facts>
      <Link href={`~/app/contacts/${id}`}>{details.openContact}</Link>
    </section>
  )
}

/** Who the conversation is with, on which device it is, and how it stands. */
export const Details = ({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) => {
  const texts = useTexts(inboxTexts)
  const { details } = texts
  const { data: devices } = useQuery(devicesQuery)
  const { name, contact_id: contactId, device_id: deviceId, device_name: device, device_phone: number } = conversation
  const { assigned_to: assigned, waiting_since: waiting, created_at: created, chat, is_group: isGroup } = conversation
  const state = devices?.find(({ id }) => id === deviceId)?.status
  return (
    <>
      <PaneHead title={details.title}>
        <IconButton icon="close" label={details.close} onClick={onClose} />
      </PaneHead>
      <div className={styles.details}>
        <div className={styles.who}>
          <Avatar name={name} size={56} />
          <h2>{name}</h2>
          {isGroup && <Badge>{texts.thread.group}</Badge>}
        </div>
        {contactId !== null && <ContactPart key={contactId} id={contactId} conversation={conversation} />}
        <section className={styles.section} aria-label={details.conversation}>
          <Facts>
            <Fact label={details.device}>
              {device} {state && <Badge tone={state === 'connected' ? 'good' : 'warn'}>{texts.devices[state]}</Badge>}
            </Fact>
            {number && (
              <Fact label={details.devicePhone}>
                <CopyText text={number} />
              </Fact>
            )}
            <Fact label={details.assigned}>{assigned?.name || details.nobody}</Fact>
            {waiting && (
              <Fact label={details.waiting}>
                <Time at={waiting} />
              </Fact>
            )}
            <Fact label={details.since}>
              <Time at={created} exact />
            </Fact>
            <Fact label={details.chat}>
              <CopyText text={chat} />
            </Fact>
          </Facts>
        </section>
      </div>
    </>
  )
}
