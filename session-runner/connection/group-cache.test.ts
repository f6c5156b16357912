import { expect, test, vi } from 'vitest'
import type { GroupChange, GroupNews } from '#domains/groups/changes.ts'
import type { Group } from '#domains/groups/model.ts'
import { aGroup } from '#test/harness/groups.ts'
import { makeGroupCache } from './group-cache.ts'

const JID = '120363000000000001@g.us'

const member = { jid: '1@lid', lid: '1', phone: '100', isAdmin: true, isSuperAdmin: true }
const group = (more: Partial<Group> = {}): Group => aGroup(JID, { members: [member], ...more })

const news = (change: GroupChange): GroupNews => ({ id: 'x', jid: JID, atMs: 5000, offline: false, change })

test('what is announced changes what is remembered, without another question', async () => {
  const cache = makeGroupCache()
  const ask = vi.fn(async () => group())
  const read = () => cache.get('d', JID, ask)
  await read()
  cache.apply('d', news({ kind: 'add', members: [{ phone: '200', lid: '2' }], version: '7' }))
  cache.apply('d', news({ kind: 'promote', members: [{ lid: '2' }] }))
  cache.apply('d', news({ kind: 'name', name: 'Crew', setAt: 5 }))
  cache.apply('d', news({ kind: 'ephemeral', seconds: 86_400 }))
  expect(await read()).toMatchObject({
    name: 'Crew',
    size: 2,
    participantVersion: '7',
    ephemeralSeconds: 86_400,
    members: [{ lid: '1' }, { jid: '2@lid', phone: '200', isAdmin: true, isSuperAdmin: false }],
  })
  cache.apply('d', news({ kind: 'remove', members: [{ phone: '200' }] }))
  cache.apply('d', news({ kind: 'demote', members: [{ lid: '1' }] }))
  expect((await read()).members).toEqual(group().members)
  expect(ask).toHaveBeenCalledTimes(1)
})

test('a change that does not say all is followed by one question', async () => {
  const cache = makeGroupCache()
  const ask = vi.fn(async () => group())
  await cache.get('d', JID, ask)
  cache.apply('d', news({ kind: 'other', tag: 'something_new' }))
  await Promise.all([cache.get('d', JID, ask), cache.get('d', JID, ask)])
  await cache.get('d', JID, ask)
  expect(ask).toHaveBeenCalledTimes(2)
})

test('an answer that an announcement overtook is given, and not remembered', async () => {
  const cache = makeGroupCache()
  let answer: (group: Group) => void = () => undefined
  const first = cache.get('d', JID, () => new Promise<Group>((resolve) => (answer = resolve)))
  cache.apply('d', news({ kind: 'name', name: 'Newer' }))
  answer(group({ name: 'Older' }))
  expect((await first).name).toBe('Older')
  expect((await cache.get('d', JID, async () => group({ name: 'Newer' }))).name).toBe('Newer')
})

test('a failed question is told to all who wait, and asked again', async () => {
  const cache = makeGroupCache()
  const failing = () => Promise.reject(new Error('no'))
  await Promise.all([
    expect(cache.get('d', JID, failing)).rejects.toThrow('no'),
    expect(cache.get('d', JID, failing)).rejects.toThrow('no'),
  ])
  expect(await cache.get('d', JID, async () => group())).toEqual(group())
})

test('groups of one device are forgotten without those of another', async () => {
  const cache = makeGroupCache()
  cache.put('one', group())
  cache.put('other', group())
  cache.forgetDevice('one')
  const ask = vi.fn(async () => group({ name: 'asked' }))
  expect((await cache.get('one', JID, ask)).name).toBe('asked')
  expect((await cache.get('other', JID, ask)).name).toBe('Team')
})

test('a remembered group is an hour old at most, whatever was announced in between', async () => {
  let minutes = 1
  const cache = makeGroupCache(() => minutes * 60_000)
  const ask = vi.fn(async () => group())
  await cache.get('d', JID, ask)
  minutes = 51
  cache.apply('d', news({ kind: 'locked', on: true }))
  expect(await cache.get('d', JID, ask)).toMatchObject({ isLocked: true })
  expect(ask).toHaveBeenCalledTimes(1)
  minutes = 62
  await cache.get('d', JID, ask)
  expect(ask).toHaveBeenCalledTimes(2)
})
