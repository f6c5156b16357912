import { networkError, toApiError } from './api-error.ts'
import { accessToken } from './session.ts'

/** A file of our own host, read in the name of the signed-in user. Throws an ApiError. */
export const signedBlob = async (path: string, signal?: AbortSignal): Promise<Blob> => {
  const headers = { Authorization: `Bearer ${await accessToken()}` }
  const response = await fetch(path, { headers, signal }).catch((cause: unknown) => {
    throw signal?.aborted ? cause : networkError(cause)
  })
  if (!response.ok) throw toApiError(response.status, await response.json().catch(() => undefined), null)
  return response.blob()
}
