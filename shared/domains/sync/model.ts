import { z } from 'zod'

/** What became of one collection of app state. `recoveryRequested` only where asking the phone was allowed. */
export const syncedCollection = z.object({
  name: z.string(),
  success: z.boolean(),
  error: z.string().optional(),
  durationMs: z.number(),
  recoveryRequested: z.boolean().optional(),
})

/** A synchronised collection. */
export type SyncedCollection = z.infer<typeof syncedCollection>

/** What became of the parts of a refreshed session; a part that was not asked for is absent. */
export const refreshed = z.object({
  appState: z.array(syncedCollection).optional(),
  preKeys: z
    .object({ checked: z.boolean(), serverCount: z.number(), uploaded: z.boolean(), error: z.string().optional() })
    .optional(),
  privacy: z.object({ fetched: z.boolean(), error: z.string().optional() }).optional(),
  durationMs: z.number(),
})

/** Parts of a refreshed session. */
export type Refreshed = z.infer<typeof refreshed>
