import type { BinaryNode } from '@whiskeysockets/baileys'
import { expect, test } from 'vitest'
import { isGroupNews, pairsIn, readGroupNews } from './read-news.ts'

const JID = '120363000000000001@g.us'

const notification = (content: BinaryNode[], attrs: Record<string, string> = {}): BinaryNode => ({
  tag: 'notification',
  attrs: {
    id: 'N1',
    type: 'w:gp2',
    from: JID,
    t: '1795250089',
    participant: '1:4@lid',
    participant_pn: '100@s.whatsapp.net',
    ...attrs,
  },
  content,
})

const node = (tag: string, attrs: Record<string, string> = {}, content?: BinaryNode['content']): BinaryNode => ({
  tag,
  attrs,
  content,
})

const only = (child: BinaryNode) => readGroupNews(notification([child]))[0]?.change

test('names who did it and when, and tells what came while the device was away', () => {
  const [news] = readGroupNews(notification([node('locked')], { notify: 'Ada', offline: '0' }))
  expect(news).toMatchObject({
    id: 'N1',
    jid: JID,
    by: { jid: '1@lid', phone: '100', lid: '1', name: 'Ada' },
    atMs: 1_795_250_089_000,
    offline: true,
    change: { kind: 'locked', on: true },
  })
  expect(readGroupNews(notification([node('locked')]))[0]?.offline).toBe(false)
})

test('each of several changes has an id of its own', () => {
  const news = readGroupNews(notification([node('locked'), node('announcement', { v_id: '9' })]))
  expect(news.map(({ id }) => id)).toEqual(['N1', 'N1-1'])
  expect(news[1]?.change).toEqual({ kind: 'announce', on: true, version: '9' })
})

test('members come with both addresses in groups of either addressing', () => {
  const participants = [
    node('participant', { jid: '2@lid', phone_number: '200@s.whatsapp.net' }),
    node('participant', { jid: '300@s.whatsapp.net', lid: '3@lid' }),
    node('participant', { jid: '4@lid' }),
  ]
  const news = readGroupNews(notification([node('add', { reason: 'invite', v_id: '2', prev_v_id: '1' }, participants)]))
  expect(news[0]?.change).toEqual({
    kind: 'add',
    members: [
      { phone: '200', lid: '2' },
      { phone: '300', lid: '3' },
      { phone: undefined, lid: '4' },
    ],
    reason: 'invite',
    version: '2',
    previousVersion: '1',
  })
  expect(pairsIn(news)).toEqual([
    { phone: '100', lid: '1' },
    { phone: '200', lid: '2' },
    { phone: '300', lid: '3' },
  ])
})

test.each([
  [
    node('description', { id: 'T' }, [node('body', {}, Buffer.from('ünder'))]),
    { kind: 'topic', id: 'T', text: 'ünder' },
  ],
  [node('description', { id: 'T' }, [node('delete')]), { kind: 'topic', id: 'T', text: '' }],
  [node('not_announcement', { v_id: '1' }), { kind: 'announce', on: false }],
  [node('unlocked'), { kind: 'locked', on: false }],
  [node('ephemeral', { expiration: '86400' }), { kind: 'ephemeral', seconds: 86_400 }],
  [node('not_ephemeral'), { kind: 'ephemeral', seconds: 0 }],
  [node('delete', { reason: 'spam' }), { kind: 'delete', reason: 'spam' }],
  [node('member_add_mode', {}, Buffer.from('admin_add')), { kind: 'adminsAddOnly', on: true }],
  [node('membership_approval_mode', {}, [node('group_join', { state: 'off' })]), { kind: 'approval', on: false }],
  [
    node('unlink', { unlink_type: 'parent_group', unlink_reason: 'delete_parent' }, [node('group', { id: '5' })]),
    { kind: 'unlink', reason: 'delete_parent', linked: { jid: '5@g.us', name: '' } },
  ],
  [node('modify', {}, [node('participant', { jid: '2@lid' })]), { kind: 'number', members: [{ lid: '2' }] }],
  [
    node('created_membership_requests', { request_method: 'invite_link' }),
    { kind: 'request', members: [{ phone: '100', lid: '1' }] },
  ],
  [node('growth_locked'), { kind: 'other', tag: 'growth_locked' }],
  // A group that says nothing of itself is not understood, but not lost either.
  [node('create'), { kind: 'other', tag: 'create' }],
])('%j', (child, change) => {
  expect(only(child)).toMatchObject(change)
})

test('other notifications are none of ours', () => {
  expect(isGroupNews(notification([]))).toBe(true)
  expect(isGroupNews(notification([], { type: 'picture' }))).toBe(false)
  expect(isGroupNews(notification([], { from: '100@s.whatsapp.net' }))).toBe(false)
})
