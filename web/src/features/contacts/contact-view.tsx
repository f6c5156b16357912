import { useMutation, useQuery } from '@tanstack/react-query'
import { contactTexts } from '../../i18n/contacts.ts'
import { coreTexts } from '../../i18n/core.ts'
import { explain, explainField } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ApiError } from '../../lib/api-error.ts'
import { queryClient } from '../../lib/client.ts'
import { useCan } from '../../lib/me.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PaneHead } from '../../ui/panes.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.ts'
import { Fact, Facts } from '../inbox/facts.tsx'
import { type Contact, changeContact, contactQuery } from './api.ts'
import styles from './contacts.module.css'
import { ConversationsOf } from './conversations-of.tsx'

const FIELDS = ['name', 'company', 'segment', 'email'] as const

const EditForm = ({ contact }: { contact: Contact }) => {
  const texts = useTexts(contactTexts)
  const core = useTexts(coreTexts)
  const saving = useMutation({
    mutationFn: (given: FormData) =>
      changeContact(contact.id, Object.fromEntries(FIELDS.map((field) => [field, String(given.get(field)).trim()]))),
    onSuccess: (now) => {
      queryClient.setQueryData(contactQuery(contact.id).queryKey, now)
      void queryClient.invalidateQueries({ queryKey: ['contacts', 'list'] })
      showToast({ tone: 'good', text: texts.saved })
    },
  })
  const { error } = saving
  const field = (name: string) => explainField(core, error, name)
  const hasFields = error instanceof ApiError && error.fields.length > 0
  // A name that nobody wrote is WhatsApp's, or the number.
  const own = contact.name === contact.profile_name || contact.name === contact.phone_e164 ? '' : contact.name
  return (
    <form
      key={contact.updated_at}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        saving.mutate(new FormData(event.currentTarget))
      }}
    >
      {error && !hasFields && <Notice tone="bad">{explain(core, error)}</Notice>}
      <Field label={texts.fields.name} hint={texts.fields.nameHint} error={field('name')}>
        <Input name="name" maxLength={200} defaultValue={own} placeholder={contact.name} autoComplete="off" />
      </Field>
      <Field label={texts.fields.company} error={field('company')}>
        <Input name="company" maxLength={200} defaultValue={contact.company} autoComplete="off" />
      </Field>
      <Field label={texts.fields.segment} error={field('segment')}>
        <Input name="segment" maxLength={60} defaultValue={contact.segment} autoComplete="off" />
      </Field>
      <Field label={texts.fields.email} error={field('email')}>
        <Input name="email" type="email" defaultValue={contact.email} autoComplete="off" />
      </Field>
      <Button look="primary" type="submit" busy={saving.isPending}>
        {core.actions.save}
      </Button>
    </form>
  )
}

const ReadOnly = ({ contact: { company, segment, email } }: { contact: Contact }) => {
  const { fields } = useTexts(contactTexts)
  return (
    <Facts>
      {company && <Fact label={fields.company}>{company}</Fact>}
      {segment && <Fact label={fields.segment}>{segment}</Fact>}
      {email && <Fact label={fields.email}>{email}</Fact>}
    </Facts>
  )
}

/** One contact: what is known, what people wrote into it, and its conversations. */
export const ContactView = ({ id }: { id: number }) => {
  const { fields, gone } = useTexts(contactTexts)
  const can = useCan()
  const { data: contact, error, refetch } = useQuery(contactQuery(id))
  if (!contact) {
    const isGone = error instanceof ApiError && error.status === 404
    return (
      <>
        <PaneHead up="/app/contacts" title={isGone ? gone.title : ''} />
        {isGone && (
          <Empty icon="info" title={gone.title}>
            {gone.text}
          </Empty>
        )}
        {!isGone && (error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />)}
      </>
    )
  }
  const { name, phone_e164: phone, profile_name: profileName, wa_lid: lid, created_at, updated_at } = contact
  return (
    <>
      <PaneHead up="/app/contacts" title={name} />
      <div className={styles.view}>
        <div className={styles.who}>
          <Avatar name={name} size={56} />
          <Facts>
            <Fact label={fields.phone}>{phone ? <CopyText text={phone} /> : fields.hidden}</Fact>
            {profileName && <Fact label={fields.profileName}>{profileName}</Fact>}
          </Facts>
        </div>
        <ConversationsOf contact={contact} />
        {can('contacts.write') ? <EditForm contact={contact} /> : <ReadOnly contact={contact} />}
        <Facts>
          {lid && (
            <Fact label={fields.lid}>
              <CopyText text={lid} />
            </Fact>
          )}
          <Fact label={fields.created}>
            <Time at={created_at} exact />
          </Fact>
          <Fact label={fields.updated}>
            <Time at={updated_at} />
          </Fact>
        </Facts>
      </div>
    </>
  )
}
