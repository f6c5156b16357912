import { expect, test } from 'vitest'
import { messageKey } from '#domains/messages/model.ts'
import { isoTime } from '#kit/clock.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { useSender } from '#test/harness/sender.ts'

const Phone = '5521971532700'
const CHAT = `${Phone}@s.whatsapp.net`

const sender = useSender()

const post = (path: string, body: unknown, headers: Record<string, string> = sender.device.headers): Promise<Invoked> =>
  sender.world.call('POST', path, { headers, body })

const sent = async (path: string, body: Record<string, unknown>): Promise<string> => {
  const answer = await post(path, { Phone, ...body })
  expect(answer.status, answer.text).toBe(200)
  return String(at(answer.body, 'data.Id'))
}

const text = (Body: string, more: Record<string, unknown> = {}) => sent('/chat/send/text', { Body, ...more })

const edit = (Id: string, more: Record<string, unknown> = {}, headers?: Record<string, string>): Promise<Invoked> =>
  post('/chat/send/edit', { Id, Phone, Body: 'better', ...more }, headers)

const works = () => sender.world.runner.sends()

const conversationOf = (id: string): number => {
  const work = works().find(({ messageId }) => messageId === id)
  if (!work) throw new Error('it was not sent')
  return work.conversationId
}

const change = (id: string, set: Record<string, unknown>) =>
  sender.world.ctx.main.update(messageKey(sender.tenant.tenantId, conversationOf(id), id), { set })

test('gives an own message new words, in the documented form', async () => {
  const id = await text('beter')
  const answer = await edit(id)
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toEqual({
    code: 200,
    success: true,
    data: { Details: 'Message edited successfully', Id: id },
  })
  const work = works().at(-1)
  expect(work).toMatchObject({ to: CHAT, content: { kind: 'edit', chat: CHAT, messageId: id, text: 'better' } })
  expect(work?.messageId).not.toBe(id)
})

test('the context goes with it in the spelling of the document; an edited reply stays one', async () => {
  const first = await text('question')
  const ContextInfo = { stanzaID: first, participant: CHAT }
  const reply = await text('anser', { ContextInfo })
  await edit(reply)
  expect(works().at(-1)?.context.quotedId).toBe(first)
  await edit(reply, {
    ContextInfo: {
      StanzaId: 'OTHER',
      Participant: CHAT,
      IsForwarded: true,
      MentionedJID: ['5491155553934@s.whatsapp.net'],
      MentionAll: true,
    },
  })
  expect(works().at(-1)?.context).toMatchObject({
    quotedId: 'OTHER',
    quotedParticipant: CHAT,
    forwarded: true,
    mentions: ['5491155553934@s.whatsapp.net'],
    mentionAll: true,
  })
})

test('after 15 minutes it is too late', async () => {
  const id = await text('old')
  await change(id, { sentAt: isoTime(Date.now() - 14 * 60_000) })
  expect((await edit(id)).status).toBe(200)
  await change(id, { sentAt: isoTime(Date.now() - 15 * 60_000 - 1000) })
  const before = works().length
  const late = await edit(id)
  expect([late.status, late.text]).toEqual([409, expect.stringContaining('15 minutes')])
  expect(works().length).toBe(before)
})

test('what is unknown, no text, of somebody else or never reached WhatsApp is refused, and nothing is sent', async () => {
  const place = await sent('/chat/send/location', { Latitude: 1, Longitude: 2 })
  const theirs = await text('theirs')
  await change(theirs, { direction: 'in' })
  sender.world.runner.onSend(() => ({ refuse: 463 }))
  await post('/chat/send/text', { Phone, Body: 'refused', Id: 'REFUSED-1' })
  sender.world.runner.onSend(() => 'ack')
  const before = works().length
  const own = await text('mine')
  const stranger = await sender.world.onlineDevice(await sender.world.tenant())
  const refused: [Promise<Invoked>, number][] = [
    [edit('3EB0UNKNOWN'), 404],
    [edit(own, { Phone: '5521971532799' }), 404],
    [edit(own, {}, stranger.headers), 404],
    [edit(place), 400],
    [edit(theirs), 400],
    [edit('REFUSED-1'), 409],
    [edit(own, { Body: '' }), 400],
    [edit(own, { Body: 'x'.repeat(4097) }), 400],
    [edit(own, { Phone: 'nobody' }), 400],
    [edit(own, {}, {}), 401],
  ]
  for (const [answering, status] of refused) {
    const answer = await answering
    expect(answer.status, answer.text).toBe(status)
  }
  expect(works().length).toBe(before + 1)
})

test('a refusal is an error; a caller who does not wait learns that it is queued; a repeated key is one edit', async () => {
  const id = await text('once')
  sender.world.runner.onSend(() => ({ refuse: 463 }))
  expect((await edit(id)).status).toBe(502)
  sender.world.runner.onSend(() => 'silence')
  const later = await edit(id, {}, { ...sender.device.headers, prefer: 'respond-async' })
  expect([later.status, at(later.body, 'data')]).toEqual([202, { Details: 'Queued', Id: id }])
  sender.world.runner.onSend(() => 'ack')
  const before = works().length
  const keyed = { ...sender.device.headers, 'idempotency-key': 'edit-1' }
  expect((await edit(id, {}, keyed)).status).toBe(200)
  expect((await edit(id, {}, keyed)).status).toBe(200)
  expect(works().length).toBe(before + 1)
})

test('a device without a session says so', async () => {
  const own = await sender.world.device(sender.tenant)
  const answer = await edit('ANY', {}, own.headers)
  expect([answer.status, at(answer.body, 'error')]).toEqual([500, 'no session'])
})
