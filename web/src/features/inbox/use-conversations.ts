import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { queryClient } from '../../lib/client.ts'
import { type Filters, readConversation, readConversations } from './api.ts'
import { knownRow } from './cache.ts'
import { keys } from './keys.ts'
import { appendRows, type ListData } from './list-cache.ts'

const PAGE = 100
/** Rows one request may bring. */
const MOST = 500

/** As much of a list as was shown before, from its beginning. */
const readList = async (filters: Filters, signal: AbortSignal): Promise<ListData> => {
  const wanted = Math.max(PAGE, queryClient.getQueryData<ListData>(keys.list(filters))?.rows.length ?? 0)
  let data: ListData = { rows: [], next: undefined }
  do {
    const limit = Math.min(MOST, Math.max(PAGE, wanted - data.rows.length))
    const page = await readConversations(filters, { limit, cursor: data.next, signal })
    data = appendRows(data, page.rows, page.next)
  } while (data.next !== undefined && data.rows.length < wanted)
  return data
}

/** Reads on at the end of a list until there is more to show: what does not fit is looked through in between. */
const readOn = async (filters: Filters): Promise<void> => {
  const key = keys.list(filters)
  const count = (): number => queryClient.getQueryData<ListData>(key)?.rows.length ?? 0
  const before = count()
  for (;;) {
    const cursor = queryClient.getQueryData<ListData>(key)?.next
    if (cursor === undefined) return
    const page = await readConversations(filters, { limit: PAGE, cursor })
    queryClient.setQueryData<ListData>(key, (now) => now && appendRows(now, page.rows, page.next))
    if (count() > before) return
  }
}

/** The conversations that fit, and how to read more of them. Everything that is shown is read anew after a gap. */
export const useConversations = (filters: Filters) => {
  const query = useQuery({
    queryKey: keys.list(filters),
    queryFn: ({ signal }) => readList(filters, signal),
    refetchOnMount: 'always',
  })
  const isReading = useRef(false)
  const readMore = useCallback(async () => {
    if (isReading.current) return
    isReading.current = true
    try {
      await readOn(filters)
    } finally {
      isReading.current = false
    }
  }, [filters])
  return { ...query, readMore }
}

/** The row of the open conversation, whatever the list shows; nothing while none is open. */
export const useConversation = (id: number | undefined) =>
  useQuery({
    queryKey: keys.row(id ?? 0),
    queryFn: ({ signal }) => readConversation(id ?? 0, signal),
    enabled: id !== undefined,
    initialData: () => (id === undefined ? undefined : knownRow(id)),
    refetchOnMount: 'always',
  })
