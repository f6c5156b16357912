import { ApiError } from '../../lib/api-error.ts'
import { queryClient } from '../../lib/client.ts'
import { soonOnce } from '../../lib/soon.ts'
import { type Conversation, type Filters, readConversation } from './api.ts'
import { keys } from './keys.ts'
import { dropRow, type ListData, placeRow } from './list-cache.ts'
import type { ThreadData } from './thread-cache.ts'

/** Changes every list that was read. */
const changeLists = (change: (data: ListData, filters: Filters) => ListData): void => {
  for (const [key, data] of queryClient.getQueriesData<ListData>({ queryKey: keys.lists })) {
    if (data) queryClient.setQueryData(key, change(data, key[2] as Filters))
  }
}

/** The row of a conversation, wherever it was read. */
export const knownRow = (id: number): Conversation | undefined => {
  const row = queryClient.getQueryData<Conversation>(keys.row(id))
  if (row) return row
  for (const [, data] of queryClient.getQueriesData<ListData>({ queryKey: keys.lists })) {
    const found = data?.rows.find((one) => one.id === id)
    if (found) return found
  }
  return undefined
}

/** Every row that was read, each once. */
export const knownRows = (): Conversation[] => {
  const rows = new Map<number, Conversation>()
  for (const [, data] of queryClient.getQueriesData<ListData>({ queryKey: keys.lists }))
    for (const row of data?.rows ?? []) rows.set(row.id, row)
  for (const [, row] of queryClient.getQueriesData<Conversation>({ queryKey: keys.rows }))
    if (row) rows.set(row.id, row)
  return [...rows.values()]
}

/** Shows a conversation as it is now, everywhere. */
export const showRow = (row: Conversation): void => {
  changeLists((data, filters) => placeRow(data, row, filters))
  queryClient.setQueryData<Conversation>(keys.row(row.id), (known) => (known ? row : undefined))
}

/** Changes the row of a conversation, if it was read. */
export const changeRow = (id: number, change: (row: Conversation) => Conversation): void => {
  const row = knownRow(id)
  const changed = row && change(row)
  if (changed && changed !== row) showRow(changed)
}

/** Takes a conversation out of all lists. */
export const removeRow = (id: number): void => changeLists((data) => dropRow(data, id))

/** Changes the thread of a conversation, if it was read. */
export const changeThread = (id: number, change: (data: ThreadData) => ThreadData): void => {
  queryClient.setQueryData<ThreadData>(keys.thread(id), (data) => data && change(data))
}

/** So many rows are read one by one; more at once are a new list. */
const MANY = 25
const ROW_WAIT_MS = 200
const RECHECK_WAIT_MS = 1000
const THREAD_WAIT_MS = 100

const rowsWanted = new Set<number>()

const readOne = async (id: number): Promise<void> => {
  try {
    const row = await readConversation(id)
    if (row.id !== id) removeRow(id)
    showRow(row)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) removeRow(id)
    // Whatever else failed: what is shown is read anew when the connection is back, or the list is shown again.
    else void queryClient.invalidateQueries({ queryKey: keys.lists, refetchType: 'none' })
  }
}

const readWanted = (): void => {
  const wanted = [...rowsWanted]
  rowsWanted.clear()
  if (wanted.length > MANY) void queryClient.invalidateQueries({ queryKey: keys.lists })
  else for (const id of wanted) void readOne(id)
}

/** Reads the row of a conversation anew, soon: what happens in quick succession is read once. */
export const rereadRow = (id: number): void => {
  if (rowsWanted.size === 0) setTimeout(readWanted, ROW_WAIT_MS)
  rowsWanted.add(id)
}

const recheckSoon = soonOnce(RECHECK_WAIT_MS, rereadRow)

/** Reads a row anew that an event brought up to date already, in case that more of it changed: once a second at most. */
export const recheckRow = (id: number): void => {
  if (knownRow(id)) recheckSoon(id)
  else rereadRow(id)
}

/** Reads what came or changed in a thread, soon. One that is not shown is read when it is next. */
export const rereadThread = soonOnce(THREAD_WAIT_MS, (id) => {
  void queryClient.invalidateQueries({ queryKey: keys.thread(id), exact: true })
})
