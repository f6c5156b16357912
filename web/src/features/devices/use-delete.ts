import { useQueryClient } from '@tanstack/react-query'
import type { operation as deleteConnection } from '#functions/api/connection/delete-connection.ts'
import { endpoint } from '../../lib/api.ts'
import { type DeviceRow, keys } from './api.ts'
import { leaving } from './leaving.ts'

const deleteCall = endpoint<typeof deleteConnection>('own DELETE /api/v1/wa-connections/{id}')

/** Logs a device out and deletes it; nothing here reads it meanwhile, nor once it is gone. */
export const useDelete = (): ((id: number) => Promise<void>) => {
  const client = useQueryClient()
  return async (id) => {
    leaving.add(id)
    await client.cancelQueries({ queryKey: keys.one(id) })
    try {
      await deleteCall({ params: { id: String(id) } })
    } catch (error) {
      leaving.delete(id)
      void client.invalidateQueries({ queryKey: keys.one(id) })
      throw error
    }
    client.setQueryData<DeviceRow[]>(keys.list, (rows) => rows?.filter((row) => row.id !== id))
    client.removeQueries({ queryKey: keys.one(id) })
  }
}
