import { useSuspenseQuery } from '@tanstack/react-query'
import type { operation as readMe } from '#functions/api/auth/read-me.ts'
import { type AnswerOf, endpoint } from './api.ts'

const readMeCall = endpoint<typeof readMe>('cx GET /api/v1/auth/me')

/** The signed-in user with organisation and capabilities. */
export type Me = AnswerOf<typeof readMe>

/** The query of the signed-in user. */
export const meQuery = { queryKey: ['me'], queryFn: () => readMeCall(), staleTime: 300_000 } as const

/** The signed-in user; suspends until known. Only below the shell. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data

/** Whether the signed-in user holds a capability: what he may not do is not offered. The server decides in the end. */
export const useCan = (): ((capability: string | undefined) => boolean) => {
  const { capabilities } = useMe()
  return (capability) => capability === undefined || capabilities.includes('*') || capabilities.includes(capability)
}
