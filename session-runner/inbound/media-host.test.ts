import { describe, expect, test } from 'vitest'
import { addressOf, isWhatsAppMediaHost } from './media-host.ts'

const at = (url: string | undefined, directPath?: string) => addressOf({ url, directPath }, isWhatsAppMediaHost)

describe('the address of a received file', () => {
  test('is on the host the message names, when that is one of WhatsApp', () => {
    expect(at('https://media-eze1-1.cdn.whatsapp.net/v/x', '/v/t62/1?a=b')).toBe(
      'https://media-eze1-1.cdn.whatsapp.net/v/t62/1?a=b',
    )
    expect(at('https://mmg.whatsapp.net/v/x')).toBe('https://mmg.whatsapp.net/v/x')
  })

  test('is on the usual host, when the message names another one or none', () => {
    for (const url of [undefined, 'https://web.whatsapp.net.evil.test/', 'http://169.254.170.2/', 'https://']) {
      expect(at(url, '/v/t62/1')).toBe('https://mmg.whatsapp.net/v/t62/1')
    }
  })

  test('is never one the sender chose', () => {
    const calls = [
      () => at('http://169.254.170.2/v2/metadata'),
      () => at('http://localhost:8080/'),
      () => at(undefined, '//169.254.170.2/v2/metadata'),
      () => at(undefined, 'http://10.0.0.1/'),
      () => at(undefined, '@10.0.0.1/'),
      () => at(undefined),
    ]
    for (const [index, call] of calls.entries()) {
      if (index === 4) expect(new URL(call()).hostname).toBe('mmg.whatsapp.net')
      else expect(call).toThrow()
    }
  })
})
