import { useQuery } from '@tanstack/react-query'
import { type Ref, useEffect, useEffectEvent, useState } from 'react'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useSettled } from '../../lib/settled.ts'
import { Input, Select } from '../../ui/field.tsx'
import { devicesQuery } from './api.ts'
import styles from './list.module.css'
import type { useFilters } from './use-filters.ts'

/** Search and filters of the list; they are part of the address. */
export const FilterBar = ({
  filters,
  set,
  ref,
}: Pick<ReturnType<typeof useFilters>, 'filters' | 'set'> & { ref: Ref<HTMLInputElement> }) => {
  const { list } = useTexts(inboxTexts)
  const { data: devices = [] } = useQuery(devicesQuery)
  const given = filters.search ?? ''
  const [typed, setTyped] = useState(given)
  const settled = useSettled(typed)
  const apply = useEffectEvent((text: string) => {
    if (text.trim() !== given) set('q', text.trim() || undefined)
  })
  useEffect(() => apply(settled), [settled])
  useEffect(() => setTyped((now) => (now.trim() === given ? now : given)), [given])
  return (
    <search className={styles.filters}>
      <Input
        ref={ref}
        type="search"
        aria-label={list.search}
        placeholder={list.search}
        maxLength={100}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Escape') currentTarget.blur()
        }}
      />
      <div className={styles.chips}>
        {/* biome-ignore lint/a11y/useSemanticElements: buttons, no form fields */}
        <div role="group" aria-label={list.status} className={styles.chips}>
          {(['open', 'solved', 'all'] as const).map((status) => (
            <button
              key={status}
              type="button"
              className={styles.chip}
              aria-pressed={filters.status === status}
              onClick={() => set('status', status === 'open' ? undefined : status)}
            >
              {list[status]}
            </button>
          ))}
        </div>
        <button
          type="button"
          className={styles.chip}
          aria-pressed={filters.unread === true}
          onClick={() => set('unread', filters.unread ? undefined : '1')}
        >
          {list.unreadOnly}
        </button>
        {devices.length > 1 && (
          <Select
            className={styles.devices}
            aria-label={list.device}
            value={filters.device ?? ''}
            onChange={({ target }) => set('device', target.value || undefined)}
          >
            <option value="">{list.everyDevice}</option>
            {devices.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </div>
    </search>
  )
}
