import { expect, test } from 'vitest'
import { texts as core } from '../../i18n/es/core.ts'
import { texts as inbox } from '../../i18n/es/inbox.ts'
import { failureSentence } from './failure.ts'

const said = (code: string, provider_code?: number) =>
  failureSentence(core, inbox, { code, message: 'The words of the server.', provider_code })

test('a message that was refused tells what WhatsApp’s code means', () => {
  expect(said('send_failed', 463)).toBe(inbox.refusals[463])
  expect(said('send_failed')).toBe(core.errors.codes.send_failed)
})

test('a code of ours that says more than WhatsApp’s goes first', () => {
  expect(said('not_group_member', 403)).toBe(core.errors.codes.not_group_member)
  expect(said('device_logged_out')).toBe(core.errors.codes.device_logged_out)
})

test('what is not known has the words of the server', () => {
  expect(said('send_failed', 499)).toBe('The words of the server.')
  expect(said('made_up')).toBe('The words of the server.')
})
