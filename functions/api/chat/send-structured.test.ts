import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { at } from '#test/harness/http.ts'
import { useSender } from '#test/harness/sender.ts'

const sender = useSender()
const { send, workOf, said, interactive } = sender

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=='
const IMAGE = `data:image/png;base64,${PNG}`
const PDF = `data:application/pdf;base64,${Buffer.from('%PDF-1.4 a paper').toString('base64')}`
const GROUP = '120363312246943103@g.us'
const Phone = '5521971532700'
const CARD = 'BEGIN:VCARD\nVERSION:3.0\nFN:Jo\nEND:VCARD'
const ROW = { RowId: 'r1', Title: 'One', Description: 'the first' }
const LIST = { Phone, Text: 'Choose', ButtonText: 'Open', Sections: [{ Title: 'All', Rows: [ROW] }] }
const REPLY = { buttonId: 'b1', buttonText: { displayText: 'Yes' }, type: 'reply' }
const BUTTONS = { phone: Phone, text: 'Choose', buttons: [REPLY] }
const FLOW = {
  Phone,
  Body: 'Fill in',
  Buttons: [{ Name: 'quick_reply', ButtonParams: { display_text: 'x', id: '1' } }],
}
const SLIDE = { Text: 'A', Buttons: [{ Id: 'a', Label: 'A', Type: 'reply' }] }
/** A request of each kind that is right. */
const RIGHT: Record<string, Record<string, unknown>> = {
  location: { Phone, Latitude: 48.85837, Longitude: 2.294481 },
  contact: { Phone, Name: 'Jo', Vcard: CARD },
  poll: { Group: GROUP, Header: 'When?', Options: ['a', 'b'] },
  event: { Phone, Name: 'Sync', StartTime: 2_524_608_000 },
  list: LIST,
  buttons: BUTTONS,
  flow: FLOW,
  carousel: { Phone, Message: 'Look', Carousel: [SLIDE] },
}

describe('content', () => {
  test('a place', async () => {
    const { content, to } = await said('location', { ...RIGHT.location, Name: 'Eiffel Tower', Duration: 86_400 })
    expect(to).toBe(`${Phone}@s.whatsapp.net`)
    expect(content).toEqual({ kind: 'location', latitude: 48.85837, longitude: 2.294481, name: 'Eiffel Tower' })
  })

  test('a card', async () => {
    expect((await said('contact', RIGHT.contact)).content).toEqual({
      kind: 'contacts',
      contacts: [{ name: 'Jo', vcard: CARD }],
    })
  })

  test('a poll to a group, and to a person in the older spelling; the answer is the documented one', async () => {
    const answer = await send('poll', { ...RIGHT.poll, MaxAnswer: 2, Presence: 10 })
    expect(answer.body).toEqual({
      code: 200,
      success: true,
      data: { Details: 'Poll sent successfully', Id: expect.stringMatching(/^3EB0/) },
    })
    expect(workOf(answer)).toMatchObject({
      to: GROUP,
      content: { kind: 'poll', question: 'When?', options: ['a', 'b'], single: false, secret: expect.any(String) },
    })
    const direct = { Phone, Question: 'Well?', Options: ['a', 'b'], max_answer: 1, presence: 5, duration: 86_400 }
    expect(await said('poll', direct)).toMatchObject({
      to: `${Phone}@s.whatsapp.net`,
      content: { question: 'Well?', single: true },
      context: { typingMs: 5, expirationSeconds: 86_400 },
    })
  })

  test('an appointment with all its facts, and whom it mentions', async () => {
    const body = {
      Phone: GROUP,
      Name: 'Launch',
      Description: 'all come',
      StartTime: 1_703_184_000,
      EndTime: 1_703_191_200,
      ExtraGuestsAllowed: true,
      IsCanceled: true,
      IsScheduleCall: true,
      Location: { Name: 'Room A', DegreesLatitude: -23.5505, DegreesLongitude: -46.6333 },
      MentionInfo: { MentionAll: true },
    }
    const { content, context } = await said('event', body)
    expect(content).toMatchObject({
      kind: 'event',
      name: 'Launch',
      description: 'all come',
      startsAt: 1_703_184_000,
      endsAt: 1_703_191_200,
      guestsAllowed: true,
      cancelled: true,
      call: true,
      place: { name: 'Room A', latitude: -23.5505, longitude: -46.6333 },
    })
    expect(context.mentionAll).toBe(true)
  })

  test('a list is a button that opens it', async () => {
    const { panel, buttons, form } = await interactive('list', {
      ...LIST,
      Title: 'Menu',
      Footer: 'till 11',
      presence: 4,
    })
    expect(form).toBe('list')
    expect(panel).toMatchObject({ title: 'Menu', text: 'Choose', footer: 'till 11' })
    const rows = [{ header: '', title: 'One', description: 'the first', id: 'r1' }]
    expect(buttons).toEqual([['single_select', { title: 'Open', sections: [{ title: 'All', rows }] }]])
  })

  test('what is stored says what was sent', async () => {
    const answer = await send('list', LIST)
    const work = workOf(answer)
    const { items } = await sender.world.ctx.main.query<{ messageId: string }>({
      pk: `C#${sender.tenant.tenantId}#${work?.conversationId}`,
      prefix: 'M#',
    })
    expect(items.find(({ messageId }) => messageId === work?.messageId)).toMatchObject({
      kind: 'interactive',
      status: 'sent',
      text: 'Choose',
      payload: { form: 'list', buttons: [{ name: 'single_select', params: { title: 'Open' } }] },
    })
  })
})

test('limits are checked before anything is sent, and every broken field is named', async () => {
  const before = sender.world.runner.sends().length
  const many = (count: number, make: (at: number) => unknown) => Array.from({ length: count }, (_, at) => make(at))
  const long = (count: number) => 'x'.repeat(count)
  const payment = { ...REPLY, type: 'pix', pix_key: 'k', merchant_name: 'm', pix_type: 'EVP' }
  const refused: [string, unknown, string][] = [
    ['location', { ...RIGHT.location, Latitude: 91 }, 'Latitude'],
    ['location', { ...RIGHT.location, Longitude: -181 }, 'Longitude'],
    ['location', { ...RIGHT.location, Phone: 'nobody' }, 'Phone'],
    ['contact', { ...RIGHT.contact, Vcard: 'Jo, 123' }, 'Vcard'],
    ['contact', { ...RIGHT.contact, Name: '' }, 'Name'],
    ['poll', { ...RIGHT.poll, Options: ['a'] }, 'Options'],
    ['poll', { ...RIGHT.poll, Options: ['a', 'a'] }, 'Options'],
    ['poll', { ...RIGHT.poll, Options: many(13, String) }, 'Options'],
    ['poll', { Header: 'When?', Options: ['a', 'b'] }, 'Group'],
    ['poll', { ...RIGHT.poll, Phone }, 'Phone'],
    ['poll', { Group: GROUP, Options: ['a', 'b'] }, 'Header'],
    ['event', { ...RIGHT.event, Name: long(256) }, 'Name'],
    ['event', { ...RIGHT.event, Description: long(1025) }, 'Description'],
    ['event', { ...RIGHT.event, EndTime: 2_524_607_999 }, 'EndTime'],
    ['event', { ...RIGHT.event, Location: { Name: long(256) } }, 'Location.Name'],
    ['list', { ...LIST, Text: long(1025) }, 'Text'],
    ['list', { ...LIST, Title: long(61) }, 'Title'],
    ['list', { ...LIST, Footer: long(61) }, 'Footer'],
    ['list', { ...LIST, ButtonText: long(21) }, 'ButtonText'],
    ['list', { ...LIST, Sections: many(11, (n) => ({ Title: 'S', Rows: [{ ...ROW, RowId: `${n}` }] })) }, 'Sections'],
    ['list', { ...LIST, Sections: [{ Title: 'S', Rows: many(11, (n) => ({ ...ROW, RowId: `${n}` })) }] }, 'Rows'],
    ['list', { ...LIST, Sections: [{ Title: long(25), Rows: [ROW] }] }, 'Sections.0.Title'],
    ['list', { ...LIST, Sections: [{ Title: 'S', Rows: [{ ...ROW, Title: long(25) }] }] }, 'Rows.0.Title'],
    ['list', { ...LIST, Sections: [{ Title: 'S', Rows: [{ ...ROW, Description: long(73) }] }] }, 'Rows.0.Description'],
    ['list', { ...LIST, Sections: [{ Title: 'S', Rows: [ROW, ROW] }] }, 'Rows.1.RowId'],
    ['buttons', { phone: Phone, buttons: [REPLY] }, 'text'],
    ['buttons', { ...BUTTONS, buttons: [] }, 'buttons'],
    ['buttons', { ...BUTTONS, buttons: many(11, () => REPLY) }, 'buttons'],
    ['buttons', { ...BUTTONS, buttons: [{ ...REPLY, type: 'url' }] }, 'buttons.0.url'],
    ['buttons', { ...BUTTONS, buttons: [{ ...REPLY, type: 'url', url: 'javascript:1' }] }, 'buttons.0.url'],
    ['buttons', { ...BUTTONS, buttons: [{ ...REPLY, type: 'call' }] }, 'buttons.0.phone'],
    ['buttons', { ...BUTTONS, buttons: [{ ...REPLY, type: 'copy' }] }, 'buttons.0.code'],
    ['buttons', { ...BUTTONS, buttons: [{ ...REPLY, type: 'pix' }] }, 'buttons.0.pix_key'],
    ['buttons', { ...BUTTONS, buttons: [{ ...REPLY, type: 'review_and_pay', reference_id: 'x', items: [] }] }, 'items'],
    ['buttons', { ...BUTTONS, buttons: [payment, REPLY] }, 'buttons'],
    ['buttons', { ...BUTTONS, image: { url: IMAGE }, document: { url: PDF } }, 'image'],
    ['buttons', { ...BUTTONS, image: { url: 'no file' } }, 'image.url'],
    ['flow', { ...FLOW, Body: '' }, 'Body'],
    ['flow', { ...FLOW, Buttons: [] }, 'Buttons'],
    ['flow', { ...FLOW, Buttons: [{ Name: 'x', ButtonParamsJSON: '[1]' }] }, 'ButtonParamsJSON'],
    ['flow', { ...FLOW, MessageParamsJSON: '{' }, 'MessageParamsJSON'],
    ['flow', { ...FLOW, Header: { Media: { Url: IMAGE } } }, 'Header.Media.Type'],
    ['carousel', { ...RIGHT.carousel, Carousel: [] }, 'Carousel'],
    ['carousel', { ...RIGHT.carousel, Carousel: many(11, () => SLIDE) }, 'Carousel'],
    ['carousel', { ...RIGHT.carousel, Carousel: [{ ...SLIDE, MediaUrl: IMAGE }] }, 'Carousel.0.MediaType'],
    ['carousel', { ...RIGHT.carousel, Carousel: [{ ...SLIDE, Buttons: [{ Label: 'A', Type: 'url' }] }] }, 'Url'],
    [
      'carousel',
      { ...RIGHT.carousel, Carousel: [{ ...SLIDE, Buttons: [{ Label: 'A', Type: 'call', Id: 'x' }] }] },
      'Id',
    ],
    ['carousel', { ...RIGHT.carousel, Carousel: [{ ...SLIDE, Buttons: many(4, () => SLIDE.Buttons[0]) }] }, 'Buttons'],
  ]
  for (const [kind, body, field] of refused) {
    const answer = await send(kind, body)
    expect(answer.status, `${kind} ${field}: ${answer.text}`).toBe(400)
    expect(answer.text, kind).toContain(field)
  }
  expect(sender.world.runner.sends().length).toBe(before)
})

test('a file that is not what it is sent as is refused, and nothing is sent', async () => {
  const before = sender.world.runner.sends().length
  for (const [kind, body] of [
    ['buttons', { ...BUTTONS, image: { url: PDF } }],
    ['flow', { ...FLOW, Header: { Media: { Type: 'video', Url: PDF } } }],
    ['carousel', { ...RIGHT.carousel, Carousel: [SLIDE, { ...SLIDE, MediaUrl: PDF, MediaType: 'image' }] }],
  ] as const) {
    expect((await send(kind, body)).status).toBe(400)
  }
  expect(sender.world.runner.sends().length).toBe(before)
})

describe.each(Object.keys(RIGHT))('/chat/send/%s', (kind) => {
  test('needs a session, and tells a refusal, a number without WhatsApp and a caller who does not wait apart', async () => {
    const body = RIGHT[kind]
    const own = await sender.world.device(sender.tenant)
    const never = await sender.world.call('POST', `/chat/send/${kind}`, { headers: own.headers, body })
    expect([never.status, at(never.body, 'error')]).toEqual([500, 'no session'])
    expect((await sender.world.call('POST', `/chat/send/${kind}`, { body })).status).toBe(401)
    sender.world.runner.onSend(() => ({ refuse: 463 }))
    const refused = await send(kind, body)
    expect([refused.status, at(refused.body, 'details.providerCode')]).toEqual([502, 463])
    sender.world.runner.onSend(() => 'silence')
    const later = await send(kind, body, { prefer: 'respond-async' })
    expect([later.status, at(later.body, 'data.Details')]).toEqual([202, 'Queued'])
    sender.world.runner.onQuery('users.check', () => [{ phone: Phone, exists: false }])
    const checked = { ...body, ...(kind === 'buttons' ? { number_check: true } : { NumberCheck: true }) }
    const { Group: _group, ...direct } = checked as Record<string, unknown>
    const unknown = await send(kind, kind === 'poll' ? { ...direct, Phone } : checked)
    expect([unknown.status, at(unknown.body, 'error')]).toEqual([400, 'The number is not on WhatsApp.'])
  })
})

test('every documented request of these operations is taken', async () => {
  const facts = JSON.parse(readFileSync(new URL('../../../test/contract/facts.json', import.meta.url), 'utf8')) as {
    key: string
    requestExamples: { value?: Record<string, unknown>; composed?: boolean }[]
  }[]
  let taken = 0
  for (const kind of Object.keys(RIGHT)) {
    const fact = facts.find(({ key }) => key === `digigo POST /chat/send/${kind}`)
    for (const { value, composed } of fact?.requestExamples ?? []) {
      // Files of others are not fetched in tests.
      if (composed || !value || /https?:\/\/(picsum|download|www\.w3|example\.com)/.test(JSON.stringify(value)))
        continue
      sender.world.runner.onQuery('users.check', () => [{ phone: Phone, exists: true }])
      const answer = await send(kind, { ...value, Presence: undefined })
      expect(answer.status, `${kind}: ${answer.text}`).toBe(200)
      taken += 1
    }
  }
  expect(taken).toBeGreaterThan(8)
})
