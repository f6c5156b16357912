import { useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { assignDeviceCall, type InboxRow, useDevices, useInboxes } from './api.ts'
import { FormDialog } from './dialogs.tsx'
import { Loaded } from './parts.tsx'
import styles from './settings.module.css'
import { useRefresh } from './use-settings.ts'

type Device = NonNullable<ReturnType<typeof useDevices>['data']>[number]

const AddDevice = ({ inbox, devices, onClose }: { inbox: InboxRow; devices: Device[]; onClose: () => void }) => {
  const { inboxes, common } = useTexts(settingsTexts)
  const refresh = useRefresh()
  const { data: all = [] } = useInboxes()
  const others = devices.filter((device) => device.inbox_id !== inbox.id)
  const placeOf = (device: Device) => {
    const at = all.find(({ id }) => id === device.inbox_id)
    return at ? ` (${inboxes.moves(at.name)})` : ''
  }
  const send = async (form: FormData) => {
    if (others.length > 0) {
      const body = { device_id: Number(form.get('device')) }
      await assignDeviceCall({ params: { id: String(inbox.id) }, body })
      await refresh()
    }
    onClose()
  }
  return (
    <FormDialog title={inboxes.addDevice} submit={common.add} send={send} onClose={onClose} fields={['device_id']}>
      {(wrong) =>
        others.length > 0 ? (
          <Field label={inboxes.device} error={wrong('device_id')} hint={inboxes.deviceNote}>
            <Select name="device" required>
              {others.map((device) => (
                <option key={device.id} value={device.id}>
                  {device.name} {device.phone}
                  {placeOf(device)}
                </option>
              ))}
            </Select>
          </Field>
        ) : (
          <p>{inboxes.allDevices}</p>
        )
      }
    </FormDialog>
  )
}

/** Which devices are in an inbox. */
export const InboxDevices = ({ inbox }: { inbox: InboxRow }) => {
  const { inboxes, common } = useTexts(settingsTexts)
  const { plural } = useFormats()
  const [isAdding, setAdding] = useState(false)
  const list = useDevices()
  const columns: Column<Device>[] = [
    { id: 'name', heading: common.name, cell: ({ name }) => name },
    { id: 'phone', heading: inboxes.device, cell: ({ phone }) => phone && <CopyText text={phone} /> },
  ]
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>{inboxes.devices}</h2>
        <Button icon="plus" onClick={() => setAdding(true)}>
          {inboxes.addDevice}
        </Button>
      </div>
      <Loaded of={list}>
        {(devices) => {
          const here = devices.filter(({ inbox_id: at }) => at === inbox.id)
          const hidden = inbox.device_count - here.length
          return (
            <>
              {here.length > 0 ? (
                <Table label={inboxes.devices} columns={columns} rows={here} keyOf={({ id }) => id} />
              ) : (
                hidden <= 0 && <p className={styles.quiet}>{inboxes.noDevices}</p>
              )}
              {hidden > 0 && <p className={styles.quiet}>{plural(hidden, inboxes.hiddenDevices)}</p>}
              {isAdding && <AddDevice inbox={inbox} devices={devices} onClose={() => setAdding(false)} />}
            </>
          )
        }}
      </Loaded>
    </section>
  )
}
