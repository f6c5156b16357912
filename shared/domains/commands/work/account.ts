import { z } from 'zod'

/** Work on the account's own profile. */
export const accountWork = [
  z.object({ type: z.literal('account.about') }),
  z.object({ type: z.literal('account.set-about'), about: z.string() }),
  z.object({ type: z.literal('account.set-name'), name: z.string() }),
  /** `key` names a JPEG in the media bucket; without one the picture is taken away. */
  z.object({ type: z.literal('account.set-picture'), key: z.string().optional() }),
  z.object({ type: z.literal('account.presence'), available: z.boolean() }),
] as const
