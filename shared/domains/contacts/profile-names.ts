import { LRUCache } from 'lru-cache'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { isBusy } from '#kit/errors.ts'
import { contactUpdated } from './events.ts'
import { unchangedSince } from './merge.ts'
import { type Contact, contactKey, contactListKeys } from './model.ts'

/** What somebody called himself in a message. */
type Heard = { tenantId: string; contactId: number; profileName: string }

/** False when somebody else changed the contact at the same time. */
const write = async (ctx: Context, { tenantId, contactId, profileName }: Heard): Promise<boolean> => {
  const known = await ctx.main.get<Contact>(contactKey(tenantId, contactId))
  if (!known || known.profileName === profileName) return true
  // What remains of a contact that went up in another is in no list; the thread names the other one soon.
  if (known.mergedInto !== undefined) return false
  const outcome = await ctx.main.update(contactKey(tenantId, contactId), {
    set: { profileName, ...contactListKeys({ ...known, profileName }), updatedAt: isoTime(ctx.clock.nowMs()) },
    condition: unchangedSince(known),
    events: [raise(contactUpdated, ctx.clock.nowMs(), { changed: ['profileName'] })],
    returns: 'none',
  })
  return 'item' in outcome
}

/**
 * Notes what people call themselves on WhatsApp: every message says it, and a contact that we wrote to first, or that somebody
 * typed in, has no such name before. A name that this process has noted already costs nothing.
 */
export const makeProfileNames = () => {
  const noted = new LRUCache<string, string>({ max: 20_000 })
  return async (ctx: Context, heard: Heard): Promise<void> => {
    const key = `${heard.tenantId}#${heard.contactId}`
    if (noted.get(key) === heard.profileName) return
    try {
      if (await write(ctx, heard)) noted.set(key, heard.profileName)
    } catch (error) {
      // The next message says it again.
      if (!isBusy(error)) throw error
    }
  }
}
