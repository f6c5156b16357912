import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { signedBlob } from '../../lib/blob.ts'

/** The file of a message, read when it is needed, and kept for a while. */
export const useFile = (url: string, isWanted = true) =>
  useQuery({
    queryKey: ['file', url],
    queryFn: ({ signal }) => signedBlob(url, signal),
    enabled: isWanted && url !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 5 * 60_000,
    // What a file is does not change, whatever was missed.
    refetchOnMount: false,
    refetchOnReconnect: false,
  })

/** An address under which the page can show a file. */
export const useAddress = (blob: Blob | undefined): string | undefined => {
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    if (!blob) return
    const made = URL.createObjectURL(blob)
    setAddress(made)
    return () => {
      setAddress(undefined)
      URL.revokeObjectURL(made)
    }
  }, [blob])
  return blob && address
}

/** How long the browser is given to take a file over. */
const TAKEN_MS = 60_000

/** Saves a file on the user's machine. */
export const saveFile = (blob: Blob, name: string): void => {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), TAKEN_MS)
}

/** Heights from 0 to 1 of the sound of a file, in so many steps. Rejects for what the browser cannot play. */
export const peaksOf = async (blob: Blob, steps: number): Promise<number[]> => {
  const context = new OfflineAudioContext(1, 1, 44_100)
  const sound = (await context.decodeAudioData(await blob.arrayBuffer())).getChannelData(0)
  const size = Math.max(1, Math.floor(sound.length / steps))
  const peaks = Array.from({ length: steps }, (_, step) => {
    let peak = 0
    for (let at = step * size; at < (step + 1) * size; at += 8) peak = Math.max(peak, Math.abs(sound[at] ?? 0))
    return peak
  })
  const highest = Math.max(...peaks, 0.01)
  return peaks.map((peak) => peak / highest)
}
