import type { Conversation, Filters } from './api.ts'

/** The part of a list that was read: its rows, and where it goes on. */
export type ListData = { rows: readonly Conversation[]; next: string | undefined }

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Whether the words are in the name, the newest message or the number. The server decides alike. */
const isFound = (row: Conversation, search: string): boolean => {
  const digits = /^[+\d\s().-]+$/.test(search) ? search.replace(/\D/g, '') : ''
  if (digits.length >= 3 && row.phone.includes(digits)) return true
  const text = folded(`${row.name}\n${row.last_message?.body ?? ''}`)
  return folded(search)
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** Whether a conversation belongs into a list. One that is shown there already does not leave for having been read. */
export const fits = (row: Conversation, filters: Filters, isShown: boolean): boolean =>
  (filters.status === 'all' || row.status === filters.status) &&
  (filters.device === undefined || String(row.device_id) === filters.device) &&
  (!filters.unread || row.unread > 0 || isShown) &&
  (!filters.search?.trim() || isShown || isFound(row, filters.search.trim()))

/** Newest message first; the number decides between those of one moment. */
const isBefore = (one: Conversation, other: Conversation): boolean => {
  const first = one.last_message_at ?? ''
  const second = other.last_message_at ?? ''
  return first === second ? one.id > other.id : first > second
}

/** The list with a conversation as it is now: in its place, or gone when it does not belong there. */
export const placeRow = (data: ListData, row: Conversation, filters: Filters): ListData => {
  const isShown = data.rows.some(({ id }) => id === row.id)
  const others = isShown ? data.rows.filter(({ id }) => id !== row.id) : data.rows
  if (!fits(row, filters, isShown)) return isShown ? { ...data, rows: others } : data
  const found = others.findIndex((other) => isBefore(row, other))
  // After the last one that was read there may be others before it: it comes with them.
  if (found === -1 && data.next !== undefined && !isShown) return data
  const at = found === -1 ? others.length : found
  return { ...data, rows: [...others.slice(0, at), row, ...others.slice(at)] }
}

/** The list without a conversation. */
export const dropRow = (data: ListData, id: number): ListData =>
  data.rows.some((row) => row.id === id) ? { ...data, rows: data.rows.filter((row) => row.id !== id) } : data

/** The list with more of it at its end. What came up meanwhile is not there twice. */
export const appendRows = (data: ListData, rows: readonly Conversation[], next: string | undefined): ListData => {
  const known = new Set(data.rows.map(({ id }) => id))
  return { rows: [...data.rows, ...rows.filter(({ id }) => !known.has(id))], next }
}
