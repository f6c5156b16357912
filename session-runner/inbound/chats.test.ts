import { expect, test } from 'vitest'
import { readListEntry } from './chat-mutations.ts'
import { changesIn, historyChatOf, readOnPhone } from './chats.ts'

const PN = '15550001111@s.whatsapp.net'

test.each([
  [{ pinned: 1_700_000_000 }, [{ kind: 'pin', pinned: true }]],
  [{ pinned: null }, [{ kind: 'pin', pinned: false }]],
  [{ archived: true }, [{ kind: 'archive', archived: true }]],
  [{ muteEndTime: 1_900_000_000_000 }, [{ kind: 'mute', mutedUntil: 1_900_000_000 }]],
  [{ muteEndTime: -1 }, [{ kind: 'mute', mutedUntil: -1 }]],
  // The client says 0 for a mute whose entry names no end.
  [{ muteEndTime: 0 }, [{ kind: 'mute', mutedUntil: -1 }]],
  [{ muteEndTime: null }, [{ kind: 'mute', mutedUntil: 0 }]],
  [{ unreadCount: -1 }, [{ kind: 'unread', markedUnread: true }]],
  [{ unreadCount: 0 }, [{ kind: 'unread', markedUnread: false }]],
  [{ unreadCount: 3, conversationTimestamp: 5 }, []],
])('the update %j of the client is %j', (update, changes) => {
  expect(changesIn({ id: PN, ...update } as Parameters<typeof changesIn>[0])).toEqual(changes)
})

test('chats of history are kept by phone number, with ends of mutes in seconds or milliseconds', () => {
  const chat = (more: object) =>
    historyChatOf({ id: '77@lid', pnJid: PN, ...more } as Parameters<typeof historyChatOf>[0])
  expect(chat({ archived: true, pinned: 5, muteEndTime: 1_900_000_000 })).toEqual({
    jid: PN,
    name: undefined,
    archived: true,
    pinned: true,
    mutedUntil: 1_900_000_000,
    markedUnread: false,
  })
  expect(chat({ muteEndTime: 1_900_000_000_000 })?.mutedUntil).toBe(1_900_000_000)
  expect(chat({ muteEndTime: 2 ** 64 })?.mutedUntil).toBe(0)
  expect(chat({ pnJid: undefined })?.jid).toBe('77@lid')
  expect(chat({ id: 'status@broadcast', pnJid: undefined })).toBeUndefined()
})

const entry = (index: string[], value: object) =>
  readListEntry({ index, syncAction: { value } } as Parameters<typeof readListEntry>[0])

test('entries of app state are read as WhatsApp names them', () => {
  expect(entry(['pin_v1', PN], { pinAction: { pinned: true } })).toMatchObject({
    change: { kind: 'pin', pinned: true },
  })
  expect(entry(['mute', PN], { muteAction: { muted: true } })).toMatchObject({
    change: { kind: 'mute', mutedUntil: -1 },
  })
  expect(entry(['deleteChat', PN, '1'], { timestamp: 1_700_000_000_000 })).toMatchObject({
    change: { kind: 'delete', at: '2023-11-14T22:13:20.000Z' },
  })
  expect(entry(['star', PN, 'ID', '0', '0'], { starAction: { starred: true } })).toMatchObject({
    about: 'message',
    messageId: 'ID',
    mark: { starred: true },
  })
  expect(
    entry(['label_message', '7', PN, 'ID', '0', '0'], { labelAssociationAction: { labeled: true } }),
  ).toMatchObject({
    messageId: 'ID',
    mark: { labelId: '7', applied: true },
  })
  expect(entry(['label_jid', '7', PN], { labelAssociationAction: { labeled: false } })).toMatchObject({
    jid: PN,
    change: { kind: 'label', labelId: '7', applied: false },
  })
  expect(entry(['label_edit', '7'], { labelEditAction: { deleted: true } })).toMatchObject({
    labelId: '7',
    deleted: true,
  })
  expect(entry(['pin_v1', PN], {})).toBeUndefined()
  expect(entry(['setting_locale'], { localeSetting: { locale: 'pt' } })).toBeUndefined()
})

test('what an own device has read is told from what others have read', () => {
  const isSelf = (jid: string): boolean => jid === PN
  const read = (attrs: Record<string, string>) => readOnPhone({ attrs }, isSelf)
  expect(read({ type: 'read', from: PN, recipient: '1@s.whatsapp.net' })).toEqual({ chat: '1@s.whatsapp.net' })
  expect(read({ type: 'read-self', from: '1@g.us', participant: '2@lid' })).toEqual({ chat: '1@g.us' })
  expect(read({ type: 'read', from: '1@g.us', participant: PN })).toEqual({ chat: '1@g.us' })
  expect(read({ type: 'read', from: '1@g.us', participant: '2@lid' })).toBeUndefined()
  expect(read({ type: 'read', from: '1@s.whatsapp.net' })).toBeUndefined()
  expect(read({ from: PN, recipient: '1@s.whatsapp.net' })).toBeUndefined()
})
