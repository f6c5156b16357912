import { expect, test } from 'vitest'
import { phoneDigits, readRecipient } from './phone.ts'

test('a number is taken as it is written, whatever marks stand between its digits', () => {
  for (const text of ['5521971532700', '+5521971532700', '+55 21 97153-2700', ' (55) 21 971532700 ']) {
    expect(readRecipient(text)?.jid, text).toBe('5521971532700@s.whatsapp.net')
  }
  expect(phoneDigits('0812345678')).toBe('0812345678')
})

test('JIDs of persons, hidden ids and groups are accepted; device and agent parts address no chat', () => {
  expect(readRecipient('5491155553934.0:1@s.whatsapp.net')?.jid).toBe('5491155553934@s.whatsapp.net')
  expect(readRecipient('5491155551122:12@s.whatsapp.net')?.jid).toBe('5491155551122@s.whatsapp.net')
  expect(readRecipient('123456789012345@lid')).toMatchObject({ address: { lid: '123456789012345@lid' } })
  expect(readRecipient('120362023605733675@g.us')).toMatchObject({ isGroup: true, jid: '120362023605733675@g.us' })
  expect(readRecipient('5491155554444-1432300000@g.us')?.isGroup).toBe(true)
})

test('what is neither number nor JID is refused', () => {
  for (const text of ['', 'abc', '12', '1234567890123456', 'x@s.whatsapp.net', '123@example.com', '+', '5521#97']) {
    expect(readRecipient(text), text).toBeUndefined()
  }
})
