import { expect, test } from 'vitest'
import { shardOf } from './create.ts'
import { parseEventNames } from './event-names.ts'
import { maskUrl, s3Config, whatsappConfig } from './settings.ts'

test('passwords inside URLs are masked whatever they are made of', () => {
  expect(maskUrl('amqp://guest:gu:est@localhost:5672/')).toBe('amqp://guest:***@localhost:5672/')
  expect(maskUrl('socks5://user:p-a.s+s@10.0.0.1:1080')).toBe('socks5://user:***@10.0.0.1:1080')
  expect(maskUrl('amqp://u:p@ss/w:rd@host')).toBe('amqp://u:***@host')
  expect(maskUrl('https://serverproxy.com:9080')).toBe('https://serverproxy.com:9080')
})

test('both spellings of a setting are one setting', () => {
  const camel = s3Config.parse({ enabled: true, accessKey: 'a', pathStyle: true, retentionDays: 3 })
  expect(camel).toEqual(s3Config.parse({ enabled: true, access_key: 'a', path_style: true, retention_days: 3 }))
  expect(whatsappConfig.parse({ waOSName: 'x', waMCC: '1' })).toEqual({ wa_os_name: 'x', wa_mcc: '1' })
})

test('event names may come as a text with spaces; each counts once and unknown ones are all named', () => {
  expect(parseEventNames('Message, Disconnected,Message', 'events')).toEqual(['Message', 'Disconnected'])
  expect(() => parseEventNames(['message', 'X', 'All'], 'events')).toThrow(/message, X/)
})

test('devices spread over all shards', () => {
  const ids = Array.from({ length: 400 }, (_, n) => `${(n * 2_654_435_761).toString(16).padStart(8, '0')}00`)
  expect(new Set(ids.map((id) => shardOf(id, 4)))).toEqual(new Set([0, 1, 2, 3]))
})
