import { useMemo } from 'react'
import { useQueryParams } from '../../lib/query-params.ts'
import type { Filters } from './api.ts'

const STATUSES = ['open', 'solved', 'all'] as const

/** Which conversations the address names, and how to change that. */
export const useFilters = () => {
  const { params, set: change } = useQueryParams()
  const [status, device, unread, search] = ['status', 'device', 'unread', 'q'].map((name) => params.get(name) ?? '')
  const filters = useMemo(
    (): Filters => ({
      status: STATUSES.find((one) => one === status) ?? 'open',
      device: /^\d{1,10}$/.test(device ?? '') ? device : undefined,
      unread: unread === '1' || undefined,
      search: search || undefined,
    }),
    [status, device, unread, search],
  )
  const set = (name: 'status' | 'device' | 'unread' | 'q' | 'details', value: string | undefined) =>
    change({ [name]: value })
  const clear = () => change({ status: undefined, device: undefined, unread: undefined, q: undefined })
  const isFiltered = filters.status !== 'open' || Boolean(filters.device || filters.unread || filters.search)
  return { filters, isFiltered, set, clear, detailsOpen: params.get('details') === '1' }
}
