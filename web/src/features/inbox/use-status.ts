import { useMutation } from '@tanstack/react-query'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { showToast } from '../../ui/toast.ts'
import { type Conversation, changeStatus } from './api.ts'
import { rereadRow, showRow } from './cache.ts'

type Wish = { row: Conversation; status: Conversation['status'] }

/** Solves conversations, or opens them again: at once in the lists, and back when it did not work. */
export const useStatusChange = () => {
  const { thread } = useTexts(inboxTexts)
  const core = useTexts(coreTexts)
  const changing = useMutation({
    mutationFn: ({ row, status }: Wish) => changeStatus(row.id, status),
    onMutate: ({ row, status }) => showRow({ ...row, status }),
    onSuccess: (now, { row, status }) => {
      showRow(now)
      if (status !== 'solved') return
      const undo = { label: thread.undo, onSelect: () => changing.mutate({ row: now, status: 'open' }) }
      showToast({ tone: 'good', text: thread.solvedDone(row.name), action: undo })
    },
    onError: (error, { row }) => {
      showToast({ tone: 'bad', text: explain(core, error) })
      rereadRow(row.id)
    },
  })
  return {
    isChanging: changing.isPending,
    toggle: (row: Conversation) => changing.mutate({ row, status: row.status === 'open' ? 'solved' : 'open' }),
  }
}
