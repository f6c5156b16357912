import type { Filters } from './api.ts'

/** Keys of what is read here, in the one cache. */
export const keys = {
  lists: ['conversations', 'list'] as const,
  list: (filters: Filters) => ['conversations', 'list', filters] as const,
  rows: ['conversations', 'row'] as const,
  row: (id: number) => ['conversations', 'row', id] as const,
  threads: ['conversations', 'thread'] as const,
  thread: (id: number) => ['conversations', 'thread', id] as const,
}
