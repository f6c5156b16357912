import { z } from 'zod'
import type { SyncedCollection } from './model.ts'

/** A time as the document shows it: `1.234s`. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)}s`

/** What became of a collection, with the document's names. */
export const showCollection = ({ name, success, error, durationMs, recoveryRequested }: SyncedCollection) => ({
  name,
  success,
  error,
  duration: seconds(durationMs),
  recovery_requested: recoveryRequested,
})

/** Schema of `showCollection`. */
export const shownCollection = z.object({
  name: z.string(),
  success: z.boolean(),
  error: z.string().optional().describe('Absent on success'),
  duration: z.string(),
  recovery_requested: z.boolean().optional().describe('Only with auto_recovery'),
})
