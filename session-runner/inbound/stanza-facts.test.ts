import { describe, expect, test } from 'vitest'
import { readReceipt } from './receipts.ts'
import { bareJid, readStanza, receiptIds } from './stanza-facts.ts'

const self = { pn: '15550000001:3@s.whatsapp.net', lid: '900001:3@lid' }
const t = '1700000000'

describe('a message stanza', () => {
  test('from a phone number carries the LID beside it', () => {
    const facts = readStanza(
      { id: 'A', from: '15550000002@s.whatsapp.net', sender_lid: '900002@lid', notify: 'Ann', t },
      self,
    )
    expect(facts).toMatchObject({
      chat: '15550000002@s.whatsapp.net',
      address: { pn: '15550000002@s.whatsapp.net', lid: '900002@lid' },
      fromMe: false,
      isGroup: false,
      senderName: 'Ann',
      sentAtMs: 1_700_000_000_000,
      offline: false,
    })
  })

  test('from a LID carries the phone number beside it', () => {
    const facts = readStanza(
      { id: 'A', from: '900002:5@lid', sender_pn: '15550000002@s.whatsapp.net', t, offline: '0' },
      self,
    )
    expect(facts?.person).toEqual({ pn: '15550000002@s.whatsapp.net', lid: '900002@lid' })
    expect(facts?.offline).toBe(true)
  })

  test('written on the linked phone belongs to the chat of its recipient', () => {
    const facts = readStanza(
      {
        id: 'A',
        from: '15550000001@s.whatsapp.net',
        recipient: '15550000002@s.whatsapp.net',
        peer_recipient_lid: '900002@lid',
        t,
      },
      self,
    )
    expect(facts).toMatchObject({ fromMe: true, chat: '15550000002@s.whatsapp.net', person: { lid: '900002@lid' } })
  })

  test('in a group names the writer by both addresses', () => {
    const facts = readStanza(
      { id: 'A', from: '77@g.us', participant: '900002:1@lid', participant_pn: '15550000002@s.whatsapp.net', t },
      self,
    )
    expect(facts).toMatchObject({
      address: { group: '77@g.us' },
      isGroup: true,
      participant: '900002@lid',
      person: { pn: '15550000002@s.whatsapp.net', lid: '900002@lid' },
    })
    const own = readStanza({ id: 'A', from: '77@g.us', participant: '900001:9@lid', t }, self)
    expect(own?.fromMe).toBe(true)
  })

  test('of a hosted device is one of its account, and no group', () => {
    const byNumber = readStanza({ id: 'A', from: '15550000002:99@hosted', sender_lid: '900002@lid', t }, self)
    expect(byNumber).toMatchObject({
      isGroup: false,
      chat: '15550000002@s.whatsapp.net',
      address: { pn: '15550000002@s.whatsapp.net', lid: '900002@lid' },
    })
    const byLid = readStanza({ id: 'A', from: '900002:99@hosted.lid', t }, self)
    expect(byLid).toMatchObject({ isGroup: false, chat: '900002@lid', address: { lid: '900002@lid' } })
  })

  test('of a bot, or to one, has an address and is no group', () => {
    const answer = readStanza({ id: 'A', from: '867051@bot', t }, self)
    expect(answer).toMatchObject({ isGroup: false, chat: '867051@bot', address: { lid: '867051@bot' } })
    const question = readStanza({ id: 'A', from: '15550000001@s.whatsapp.net', recipient: '867051@bot', t }, self)
    expect(question).toMatchObject({ fromMe: true, chat: '867051@bot', address: { lid: '867051@bot' } })
  })

  test('between own devices is marked as such', () => {
    const facts = readStanza({ id: 'A', from: '15550000001@s.whatsapp.net', category: 'peer', t }, self)
    expect(facts?.isPeer).toBe(true)
  })
})

describe('a receipt', () => {
  const list = [{ tag: 'list', content: [{ tag: 'item', attrs: { id: 'B' } }] }]

  test('is about all ids it lists', () => {
    expect(receiptIds({ attrs: { id: 'A' }, content: list })).toEqual(['A', 'B'])
  })

  test('without type means delivered, played counts as read', () => {
    const from = '15550000002@s.whatsapp.net'
    expect(readReceipt({ attrs: { id: 'A', from, t } }, self)[0]?.status).toBe('delivered')
    expect(readReceipt({ attrs: { id: 'A', from, t, type: 'played' } }, self)[0]?.status).toBe('read')
  })

  test('says the same of every message it lists', () => {
    const from = '15550000002@s.whatsapp.net'
    expect(readReceipt({ attrs: { id: 'A', from, t, type: 'read' }, content: list }, self)).toEqual([
      { chat: from, id: 'A', status: 'read', atMs: 1_700_000_000_000, reader: from },
      { chat: from, id: 'B', status: 'read', atMs: 1_700_000_000_000, reader: from },
    ])
  })

  test('of a group may tell of several members and messages at once, and of an own device among them', () => {
    const user = (jid: string, at: string) => ({ tag: 'user', attrs: { jid, t: at } })
    const content = [
      {
        tag: 'participants',
        attrs: { key: 'M1' },
        content: [user('900002@lid', '1700000001'), user('900003@lid', '1700000002')],
      },
      { tag: 'participants', attrs: { key: 'M2' }, content: [user('900001:7@lid', '1700000003')] },
    ]
    expect(readReceipt({ attrs: { id: 'S', from: '77@g.us', t, type: 'read' }, content }, self)).toEqual([
      { chat: '77@g.us', id: 'M1', status: 'read', atMs: 1_700_000_001_000, reader: '900002@lid' },
      { chat: '77@g.us', id: 'M1', status: 'read', atMs: 1_700_000_002_000, reader: '900003@lid' },
    ])
  })

  test('of an own device, for a retry, or inactive says nothing about a message of ours', () => {
    expect(readReceipt({ attrs: { id: 'A', from: '15550000001@s.whatsapp.net', t } }, self)).toEqual([])
    expect(readReceipt({ attrs: { id: 'A', from: '900002@lid', t, type: 'retry' } }, self)).toEqual([])
    expect(readReceipt({ attrs: { id: 'A', from: '900002@lid', t, type: 'inactive' } }, self)).toEqual([])
  })
})

test('a JID loses its device part and nothing else', () => {
  expect(bareJid('15550000002:12@s.whatsapp.net')).toBe('15550000002@s.whatsapp.net')
  expect(bareJid('77-88@g.us')).toBe('77-88@g.us')
  expect(bareJid('status@broadcast')).toBe('status@broadcast')
})

test("a business's hosted device is a device of the account", () => {
  expect(bareJid('15550000002:99@hosted')).toBe('15550000002@s.whatsapp.net')
  expect(bareJid('900002:99@hosted.lid')).toBe('900002@lid')
})
