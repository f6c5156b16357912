import { useRef, useState } from 'react'
import { deviceTexts } from '../../i18n/devices.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { useNarrow } from '../../lib/narrow.ts'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { useTitle } from '../../lib/title.ts'
import { Button } from '../../ui/button.tsx'
import { PaneHead } from '../../ui/panes.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { type DeviceRow, useDevices } from './api.ts'
import { CreateDevice } from './create-device.tsx'
import { DeviceCards } from './device-cards.tsx'
import { DeviceTable } from './device-table.tsx'
import styles from './devices.module.css'
import { Filters, filtered, useFilter } from './filters.tsx'

/** Moves the focus to the next or the previous device of the list. */
const moveFocus = (step: 1 | -1): void => {
  const links = [...document.querySelectorAll<HTMLElement>('[data-device-link]')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  const to = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))
  links[to]?.focus()
}

const Rows = ({ devices, onClear }: { devices: DeviceRow[]; onClear: () => void }) => {
  const { list } = useTexts(deviceTexts)
  const { plural } = useFormats()
  const isNarrow = useNarrow()
  if (devices.length === 0)
    return (
      <Empty icon="search" title={list.nothing.title} action={<Button onClick={onClear}>{list.clear}</Button>}>
        {list.nothing.text}
      </Empty>
    )
  return (
    <>
      {isNarrow ? <DeviceCards devices={devices} /> : <DeviceTable devices={devices} />}
      <p className={styles.quiet} role="status">
        {plural(devices.length, list.count)}
      </p>
    </>
  )
}

/** All devices with search and filters. */
export const ListPage = () => {
  const { title, create, list, keys } = useTexts(deviceTexts)
  useTitle(title)
  const mayManage = useCan()('devices.manage')
  const { data: devices, error, refetch } = useDevices()
  const [filter, setFilter] = useFilter()
  const [isCreating, setCreating] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  useShortcuts(title, [
    { keys: '/', label: keys.search, run: () => search.current?.focus() },
    { keys: 'j', label: keys.next, run: () => moveFocus(1) },
    { keys: 'k', label: keys.previous, run: () => moveFocus(-1) },
    ...(mayManage ? [{ keys: 'n', label: keys.create, run: () => setCreating(true) }] : []),
  ])
  const creator = mayManage && (
    <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
      {create.open}
    </Button>
  )
  return (
    <div className={styles.page}>
      <PaneHead title={title}>{devices && devices.length > 0 && creator}</PaneHead>
      <div className={styles.list}>
        {error && !devices && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!devices && !error && <Skeleton />}
        {devices?.length === 0 && (
          <Empty icon="devices" title={list.empty.title} action={creator}>
            {mayManage ? list.empty.text : list.empty.readOnly}
          </Empty>
        )}
        {devices && devices.length > 0 && (
          <>
            <Filters devices={devices} filter={filter} onChange={setFilter} search={search} />
            <Rows
              devices={filtered(devices, filter)}
              onClear={() => {
                setFilter({ q: '', workspace: '', state: '' })
                search.current?.focus()
              }}
            />
          </>
        )}
      </div>
      {isCreating && <CreateDevice known={devices ?? []} onClose={() => setCreating(false)} />}
    </div>
  )
}
