import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import type { operation as createContactOperation } from '#functions/api/contact/create-contact.ts'
import type { operation as getCard } from '#functions/api/contact/get-card.ts'
import type { operation as listContacts } from '#functions/api/contact/list-contacts.ts'
import type { operation as updateCard } from '#functions/api/contact/update-card.ts'
import type { operation as sendMessageOperation } from '#functions/api/workspace/send-message.ts'
import { type AnswerOf, type CallOf, endpoint } from '../../lib/api.ts'
import { queryClient } from '../../lib/client.ts'
import { type Conversation, readConversations } from '../inbox/api.ts'

const listContactsCall = endpoint<typeof listContacts>('ceox GET /api/v1/contacts')
const getCardCall = endpoint<typeof getCard>('own GET /api/v1/contacts/{id}/card')
const updateCardCall = endpoint<typeof updateCard>('own PATCH /api/v1/contacts/{id}/card')

/** Adds a contact. */
export const createContact = endpoint<typeof createContactOperation>('ceox POST /api/v1/contacts')
/** Writes to somebody, with or without a conversation yet. */
export const writeTo = endpoint<typeof sendMessageOperation>('ceox POST /api/v1/messages/send')

/** A contact of the workspace. */
export type Contact = AnswerOf<typeof getCard>
/** What people may write into a contact. */
export type ContactChanges = NonNullable<CallOf<typeof updateCard>['body']>

/** Changes what people wrote into a contact. Gives it as it is then. */
export const changeContact = (id: number, body: ContactChanges): Promise<Contact> =>
  updateCardCall({ params: { id: String(id) }, body })

/** The query of one contact. */
export const contactQuery = (id: number) =>
  ({
    queryKey: ['contacts', 'card', id] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => getCardCall({ params: { id: String(id) }, signal }),
  }) as const

type ListData = { rows: readonly Contact[]; next: string | undefined }

const PAGE = 200
const MOST = 500

const readPage = async (search: string, limit: number, cursor?: string, signal?: AbortSignal): Promise<ListData> => {
  let next: string | undefined
  const rows = await listContactsCall({
    query: { search: search || undefined, limit: String(limit), cursor },
    signal,
    onHeaders: (headers) => {
      next = headers.get('x-next-cursor') ?? undefined
    },
  })
  return { rows, next }
}

const keyOf = (search: string) => ['contacts', 'list', search] as const

const appended = (data: ListData, page: ListData): ListData => {
  const known = new Set(data.rows.map(({ id }) => id))
  return { rows: [...data.rows, ...page.rows.filter(({ id }) => !known.has(id))], next: page.next }
}

/** As much of the list as was shown before. */
const readList = async (search: string, signal: AbortSignal): Promise<ListData> => {
  const wanted = Math.max(1, queryClient.getQueryData<ListData>(keyOf(search))?.rows.length ?? 0)
  let data: ListData = { rows: [], next: undefined }
  do {
    const limit = Math.min(MOST, Math.max(PAGE, wanted - data.rows.length))
    data = appended(data, await readPage(search, limit, data.next, signal))
  } while (data.next !== undefined && data.rows.length < wanted)
  return data
}

/** Reads on until there is more to show: what does not fit is looked through in between. */
const readOn = async (search: string): Promise<void> => {
  const known = () => queryClient.getQueryData<ListData>(keyOf(search))
  const before = known()?.rows.length ?? 0
  for (let cursor = known()?.next; cursor !== undefined; cursor = known()?.next) {
    const page = await readPage(search, PAGE, cursor)
    queryClient.setQueryData<ListData>(keyOf(search), (now) => now && appended(now, page))
    if ((known()?.rows.length ?? 0) > before) return
  }
}

/** The contacts that fit a search, by name, and how to read more of them. */
export const useContacts = (search: string) => {
  const query = useQuery({
    queryKey: keyOf(search),
    queryFn: ({ signal }) => readList(search, signal),
    refetchOnMount: 'always',
  })
  const isReading = useRef(false)
  const readMore = useCallback(async () => {
    if (isReading.current) return
    isReading.current = true
    try {
      await readOn(search)
    } finally {
      isReading.current = false
    }
  }, [search])
  return { ...query, readMore }
}

/** Pages of conversations that are looked through for those of a contact. */
const LOOKED_THROUGH = 5

/** The conversations with a contact, one for each device, newest first. */
export const readConversationsOf = async (contact: Contact, signal: AbortSignal): Promise<Conversation[]> => {
  const filters = { status: 'all', search: (contact.phone_e164 || contact.name).slice(0, 100) } as const
  const found: Conversation[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < LOOKED_THROUGH; pages += 1) {
    const page = await readConversations(filters, { limit: 100, cursor, signal })
    found.push(...page.rows.filter(({ contact_id: id }) => id === contact.id))
    cursor = page.next
    if (cursor === undefined) break
  }
  return found
}
