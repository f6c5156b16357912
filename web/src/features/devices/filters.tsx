import type { RefObject } from 'react'
import { useSearchParams } from 'wouter'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Input, Select } from '../../ui/field.tsx'
import type { DeviceRow } from './api.ts'
import styles from './devices.module.css'
import { LOOK, needsAttention, type StateName, stateName } from './state.ts'

/** What of the list is shown; it is in the query of the URL. */
export type Filter = { q: string; workspace: string; state: string }

const NAMES = ['q', 'workspace', 'state'] as const

/** The filter of the URL, and how to change it. */
export const useFilter = (): [Filter, (change: Partial<Filter>) => void] => {
  const [search, setSearch] = useSearchParams()
  const [q, workspace, state] = NAMES.map((name) => search.get(name) ?? '') as [string, string, string]
  const change = (wanted: Partial<Filter>): void => {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        for (const name of NAMES) {
          const value = wanted[name]
          if (value) next.set(name, value)
          else if (value !== undefined) next.delete(name)
        }
        return next
      },
      { replace: true },
    )
  }
  return [{ q, workspace, state }, change]
}

const TROUBLE = 'attention'

const hasState = (device: DeviceRow, state: string): boolean =>
  !state || (state === TROUBLE ? needsAttention(device) : stateName(device) === state)

const hasText = ({ name, phone, pushName, workspace }: DeviceRow, text: string): boolean => {
  const digits = text.replace(/[\s()+-]/g, '')
  if (/^\d{3,}$/.test(digits) && phone.includes(digits)) return true
  return [name, phone, pushName, workspace].some((value) => value.toLowerCase().includes(text))
}

/** The devices that a filter leaves. */
export const filtered = (devices: readonly DeviceRow[], { q, workspace, state }: Filter): DeviceRow[] => {
  const text = q.trim().toLowerCase()
  return devices.filter(
    (device) =>
      (!workspace || device.workspace === workspace) && hasState(device, state) && (!text || hasText(device, text)),
  )
}

/** Search, workspace and state. */
export const Filters = ({
  devices,
  filter,
  onChange,
  search,
}: {
  devices: readonly DeviceRow[]
  filter: Filter
  onChange: (change: Partial<Filter>) => void
  search: RefObject<HTMLInputElement | null>
}) => {
  const { list, states } = useTexts(deviceTexts)
  const known = [...new Set([...devices.map(({ workspace }) => workspace), filter.workspace])].filter(Boolean).sort()
  const names = Object.keys(LOOK) as StateName[]
  return (
    <search className={styles.filters}>
      <Input
        ref={search}
        type="search"
        aria-label={list.search}
        placeholder={list.search}
        value={filter.q}
        onChange={({ target }) => onChange({ q: target.value })}
      />
      {known.length > 0 && (
        <Select
          aria-label={list.workspace}
          value={filter.workspace}
          onChange={({ target }) => onChange({ workspace: target.value })}
        >
          <option value="">{list.allWorkspaces}</option>
          {known.map((workspace) => (
            <option key={workspace}>{workspace}</option>
          ))}
        </Select>
      )}
      <Select aria-label={list.state} value={filter.state} onChange={({ target }) => onChange({ state: target.value })}>
        <option value="">{list.allStates}</option>
        <option value={TROUBLE}>{list.trouble}</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {states[name]}
          </option>
        ))}
      </Select>
    </search>
  )
}
