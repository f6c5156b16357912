import { LRUCache } from 'lru-cache'
import { applyChange, type GroupNews } from '#domains/groups/changes.ts'
import type { Group } from '#domains/groups/model.ts'

/** How long a group is taken as it was learnt, should WhatsApp ever leave out to announce a change. */
const KEPT_MS = 60 * 60_000

/** Members of all remembered groups together, some 300 bytes each. */
const MEMBERS_KEPT = 150_000

/** A question to WhatsApp; what it announces meanwhile may be missing from the answer, which is then not remembered. */
type Question = { answer: Promise<Group>; isOld: boolean }

/**
 * Groups per device, so that a send does not ask WhatsApp for the member list each time. What WhatsApp announces is applied to
 * what is remembered, so it is asked once an hour for a group at most; several askers share one question.
 * `now` gives milliseconds.
 */
export const makeGroupCache = (now: () => number = () => performance.now()) => {
  const known = new LRUCache<string, Group>({
    maxSize: MEMBERS_KEPT,
    sizeCalculation: ({ members }) => members.length + 5,
    ttl: KEPT_MS,
    perf: { now },
    ttlResolution: 0,
  })
  const asking = new Map<string, Question>()
  const keyOf = (deviceId: string, jid: string): string => `${deviceId}\n${jid}`

  const ask = (key: string, work: () => Promise<Group>): Question => {
    const question: Question = { answer: work(), isOld: false }
    question.answer = question.answer
      .then((group) => {
        if (!question.isOld) known.set(key, group)
        return group
      })
      .finally(() => asking.delete(key))
    asking.set(key, question)
    return question
  }

  return {
    /** The group as it is remembered, or asked for. Throws what asking does. */
    get: (deviceId: string, jid: string, work: () => Promise<Group>): Promise<Group> => {
      const key = keyOf(deviceId, jid)
      const cached = known.get(key)
      return cached ? Promise.resolve(cached) : (asking.get(key) ?? ask(key, work)).answer
    },

    /** Remembers a group as WhatsApp has just described it. */
    put: (deviceId: string, group: Group): void => {
      known.set(keyOf(deviceId, group.jid), group)
    },

    /** Applies what WhatsApp announced. Who is remembered keeps its age: an hour after it was asked for it is asked for again. */
    apply: (deviceId: string, news: GroupNews): void => {
      const key = keyOf(deviceId, news.jid)
      const question = asking.get(key)
      if (question) question.isOld = true
      const before = known.get(key)
      if (news.change.kind === 'join') known.set(key, news.change.group)
      if (!before || news.change.kind === 'join') return
      const after = applyChange(before, news)
      if (after) known.set(key, after, { noUpdateTTL: true })
      else known.delete(key)
    },

    forget: (deviceId: string, jid: string): void => {
      known.delete(keyOf(deviceId, jid))
    },

    /** Forgets all groups of a device: another task may have had it, and heard what this one did not. */
    forgetDevice: (deviceId: string): void => {
      for (const key of known.keys()) if (key.startsWith(`${deviceId}\n`)) known.delete(key)
    },
  }
}

/** Groups of all devices of a task. */
export type GroupCache = ReturnType<typeof makeGroupCache>
