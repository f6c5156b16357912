import { z } from 'zod'
import type { HistoryProgress } from './model.ts'

/** Schema of `showProgress`. */
export const shownProgress = z.object({
  state: z.enum(['running', 'done', 'waiting', 'failed']).describe('Of the chunk that came last'),
  kind: z.string(),
  chunk: z.number().int(),
  progress: z.number().int().optional().describe('Per cent, as the phone says'),
  messages: z.number().int().describe('Messages that history has brought to this login'),
  request_id: z.string().optional().describe('The request that it answers'),
  error: z.string().optional(),
  updated_at: z.string(),
})

/** How far a device's history is, with names as the document's other fields have them. */
export const showProgress = (progress: HistoryProgress): z.input<typeof shownProgress> => ({
  state: progress.state,
  kind: progress.kind,
  chunk: progress.chunk,
  progress: progress.progress,
  messages: progress.messages ?? 0,
  request_id: progress.requestId,
  error: progress.error,
  updated_at: progress.updatedAt,
})
