import { z } from 'zod'

/** Work on calls. */
export const callWork = [z.object({ type: z.literal('call.reject'), callId: z.string(), from: z.string() })] as const
