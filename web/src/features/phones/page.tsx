import { useState } from 'react'
import { Link, useLocation, useRoute } from 'wouter'
import { useFormats } from '../../i18n/format.ts'
import { phoneTexts } from '../../i18n/phones.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useTitle } from '../../lib/title.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { PaneHead, Panes } from '../../ui/panes.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { AddPhone } from './add-phone.tsx'
import { type Phone, usePhones } from './api.ts'
import { PhoneView } from './phone-view.tsx'
import styles from './phones.module.css'

const PhoneRow = ({ phone, isOpen }: { phone: Phone; isOpen: boolean }) => {
  const { linked, power } = useTexts(phoneTexts)
  const { plural } = useFormats()
  return (
    <li>
      <Link
        href={`/${phone.phone}`}
        className={classes(styles.row, isOpen && styles.open)}
        aria-current={isOpen ? 'true' : undefined}
      >
        <Avatar name={phone.name} />
        <span className={styles.who}>
          <strong>{phone.name || phone.phone}</strong>
          <span className={styles.quiet}>+{phone.phone}</span>
        </span>
        {phone.online ? (
          phone.devices.length > 0 && <Badge tone="good">{plural(phone.devices.length, linked)}</Badge>
        ) : (
          <Badge>{power.off}</Badge>
        )}
      </Link>
    </li>
  )
}

/** Simulated phones: a list, and one of them to act as. */
const PhonesPage = () => {
  const texts = useTexts(phoneTexts)
  useTitle(texts.title)
  const { data: phones, error, refetch } = usePhones()
  const [, params] = useRoute('/:phone')
  const [, navigate] = useLocation()
  const [isAdding, setAdding] = useState(false)
  const chosen = phones?.find(({ phone }) => phone === params?.phone)
  const list = (
    <>
      <PaneHead title={texts.title}>
        <Button icon="plus" onClick={() => setAdding(true)}>
          {texts.add.open}
        </Button>
      </PaneHead>
      {error && !phones && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!phones && !error && <Skeleton />}
      {phones?.length === 0 && (
        <Empty icon="phones" title={texts.empty.title}>
          {texts.empty.text}
        </Empty>
      )}
      <ul className={styles.rows}>
        {phones?.map((phone) => (
          <PhoneRow key={phone.phone} phone={phone} isOpen={phone === chosen} />
        ))}
      </ul>
    </>
  )
  const main = chosen ? <PhoneView key={chosen.phone} phone={chosen} /> : <Empty icon="phones" title={texts.none} />
  return (
    <>
      <Panes list={list} main={main} open={chosen !== undefined} />
      {isAdding && (
        <AddPhone
          onClose={() => setAdding(false)}
          onMade={(made) => {
            setAdding(false)
            void refetch()
            navigate(`/${made.phone}`)
          }}
        />
      )}
    </>
  )
}

export default PhonesPage
