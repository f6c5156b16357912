import { useQuery } from '@tanstack/react-query'
import type { operation as readSandbox } from '#functions/api/sandbox/read-sandbox.ts'
import { endpoint } from './api.ts'

const readSandboxCall = endpoint<typeof readSandbox>('own GET /api/v1/sandbox')

/** Whether this installation has a network of simulated phones; false until known. */
export const useHasSandbox = (): boolean => {
  const { data } = useQuery({
    queryKey: ['sandbox'],
    queryFn: () => readSandboxCall(),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data?.available === true
}
