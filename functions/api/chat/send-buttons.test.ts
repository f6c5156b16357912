import { describe, expect, test } from 'vitest'
import { at } from '#test/harness/http.ts'
import { useSender } from '#test/harness/sender.ts'

const sender = useSender()
const { send, said, interactive } = sender

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=='
const IMAGE = `data:image/png;base64,${PNG}`
const PDF = `data:application/pdf;base64,${Buffer.from('%PDF-1.4 a paper').toString('base64')}`
const Phone = '5521971532700'
const REPLY = { buttonId: 'b1', buttonText: { displayText: 'Yes' }, type: 'reply' }
const BUTTONS = { phone: Phone, text: 'Choose', buttons: [REPLY] }
const FLOW = {
  Phone,
  Body: 'Fill in',
  Buttons: [{ Name: 'quick_reply', ButtonParams: { display_text: 'x', id: '1' } }],
}

describe('buttons', () => {
  const label = { buttonText: { displayText: 'Go' }, buttonId: 'b' }

  test('of each kind, by each of its names', async () => {
    const buttons = [
      { ...label, type: 'quick_reply' },
      { ...label, type: 'reply' },
      { ...label, type: 'cta_url', url: 'https://exemplo.com' },
      { ...label, type: 'url', merchant_url: 'https://store.exemplo.com' },
      { ...label, type: 'cta_call', phone: '+5511988888888' },
      { ...label, type: 'call', phone: '5511988888888' },
      { ...label, type: 'cta_copy', code: 'CUPOM123' },
      { ...label, type: 'copy', code: 'CUPOM123' },
    ]
    const sent = await interactive('buttons', { ...BUTTONS, title: 'T', footer: 'F', buttons })
    const shown = { display_text: 'Go', id: 'b' }
    expect(sent.panel).toMatchObject({ title: 'T', text: 'Choose', footer: 'F' })
    const shop = 'https://store.exemplo.com'
    expect(sent.buttons).toEqual([
      ['quick_reply', shown],
      ['quick_reply', shown],
      ['cta_url', { ...shown, url: 'https://exemplo.com', merchant_url: 'https://exemplo.com' }],
      ['cta_url', { ...shown, url: shop, merchant_url: shop }],
      ['cta_call', { ...shown, phone_number: '+5511988888888' }],
      ['cta_call', { ...shown, phone_number: '5511988888888' }],
      ['cta_copy', { ...shown, copy_code: 'CUPOM123' }],
      ['cta_copy', { ...shown, copy_code: 'CUPOM123' }],
    ])
  })

  const pix = { pix_key: '11999999999', merchant_name: 'Minha Loja', pix_type: 'PHONE' }
  const key = {
    type: 'pix_static_code',
    pix_static_code: { key: '11999999999', key_type: 'PHONE', merchant_name: 'Minha Loja' },
  }

  test('PIX without an amount, and with one', async () => {
    for (const type of ['pix', 'pix_payment', 'payment_info']) {
      const sent = await interactive('buttons', { ...BUTTONS, buttons: [{ ...label, type, ...pix }] })
      expect(sent.buttons).toMatchObject([
        ['payment_info', { currency: 'BRL', reference_id: 'b', order: { order_type: 'ORDER_WITHOUT_AMOUNT' } }],
      ])
      expect(at(sent.buttons, '0.1.payment_settings')).toContainEqual(key)
    }
    const priced = { ...label, type: 'pix', ...pix, total_value: 2599, total_offset: 100, reference_id: 'O-1' }
    const sent = await interactive('buttons', { ...BUTTONS, buttons: [priced] })
    expect(sent.buttons).toMatchObject([
      [
        'payment_info',
        { reference_id: 'O-1', total_amount: { value: 2599, offset: 100 }, order: { order_type: 'ORDER' } },
      ],
    ])
  })

  test('an order to review and pay, with its items; without a total they are added up', async () => {
    const items = [
      { name: 'Fone', quantity: 2, amount_value: 7990, amount_offset: 100 },
      { name: 'Frete', quantity: 1, amount_value: 10, amount_offset: 1 },
    ]
    const order = { ...label, type: 'review_and_pay', ...pix, currency: 'BRL', reference_id: 'O-2', items }
    const sent = await interactive('buttons', {
      ...BUTTONS,
      buttons: [{ ...order, total_value: 10_990, total_offset: 100 }],
    })
    const amount = { value: 7990, offset: 100 }
    expect(sent.buttons).toMatchObject([
      [
        'review_and_pay',
        {
          reference_id: 'O-2',
          total_amount: { value: 10_990, offset: 100 },
          order: { items: [{ name: 'Fone', quantity: 2, amount }, { name: 'Frete' }] },
        },
      ],
    ])
    expect(at(sent.buttons, '0.1.payment_settings')).toContainEqual(key)
    const added = await interactive('buttons', { ...BUTTONS, buttons: [order] })
    expect(at(added.buttons, '0.1.total_amount')).toEqual({ value: 16_980, offset: 100 })
  })

  test('a file stands above the words; its caption comes before the text', async () => {
    const picture = await interactive('buttons', { ...BUTTONS, image: { url: IMAGE }, caption: 'Offer' })
    expect(picture.panel).toMatchObject({ text: 'Offer', header: { kind: 'image', media: { mimeType: 'image/png' } } })
    const paper = await interactive('buttons', { ...BUTTONS, document: { url: PDF } })
    expect(paper.panel).toMatchObject({
      text: 'Choose',
      header: { kind: 'document', media: { mimeType: 'application/pdf' } },
    })
    const wordless = { phone: Phone, buttons: [REPLY], image: { url: IMAGE } }
    expect((await interactive('buttons', wordless)).panel.text).toBeUndefined()
  })

  test('what belongs to every message, in the spelling of this operation', async () => {
    const more = {
      id: 'BUTTONS_1',
      presence: 10,
      duration: 10,
      EchoApi: true,
      context_info: { stanzaID: 'Q1', participant: '5511888888888@s.whatsapp.net', isForwarded: true },
    }
    const work = await said('buttons', { ...BUTTONS, ...more })
    expect(work.messageId).toBe('BUTTONS_1')
    expect(work.context).toMatchObject({
      typingMs: 10,
      expirationSeconds: 10,
      echo: true,
      quotedId: 'Q1',
      quotedParticipant: '5511888888888@s.whatsapp.net',
      forwarded: true,
    })
    expect((await send('buttons', { ...BUTTONS, ...more })).status).toBe(200)
    expect(sender.world.runner.sends().filter(({ messageId }) => messageId === 'BUTTONS_1')).toHaveLength(1)
    expect((await send('buttons', { ...BUTTONS, ...more, text: 'other' })).status).toBe(409)
  })
})

describe('flows', () => {
  test('a button of its own name opens the form that its parameters say', async () => {
    const Buttons = [
      {
        Name: 'complete_profile',
        ButtonParams: { display_text: 'Complete', flow_id: '123', flow_token: 'T' },
        Params: { mode: 'draft', version: '3.0' },
      },
    ]
    const sent = await interactive('flow', {
      Phone,
      Text: 'x',
      Footer: 'f',
      MessageVersion: 3,
      MessageParams: { a: 1 },
      Buttons,
    })
    expect(sent.buttons).toEqual([
      [
        'galaxy_message',
        {
          flow_cta: 'Complete',
          display_text: 'Complete',
          flow_id: '123',
          flow_token: 'T',
          flow_name: 'complete_profile',
          flow_action: 'navigate',
          flow_message_version: '3',
          mode: 'draft',
          version: '3.0',
        },
      ],
    ])
    expect(sent.panel).toMatchObject({ text: 'x', footer: 'f', version: 3, params: '{"a":1}' })
  })

  test('parameters may be JSON text; a name that phones know stays', async () => {
    const Buttons = [
      { Name: 'cta_url', ButtonParamsJSON: '{"display_text":"Go","url":"https://a.example"}', ParamsJSON: '' },
    ]
    const sent = await interactive('flow', { Phone, Message: 'x', MessageParamsJSON: '{"b":2}', Buttons })
    expect(sent.buttons).toEqual([['cta_url', { display_text: 'Go', url: 'https://a.example' }]])
    expect(sent.panel.params).toBe('{"b":2}')
  })

  test('a header has title, subtitle and a file', async () => {
    const Header = { Title: 'Survey', Subtitle: 'quick', Media: { Type: 'image', Url: IMAGE, Caption: 'look' } }
    const { panel } = await interactive('flow', { ...FLOW, Header })
    expect(panel).toMatchObject({ title: 'Survey', subtitle: 'quick', header: { kind: 'image', caption: 'look' } })
    const document = { Type: 'document', Url: PDF, Filename: 'guide.pdf' }
    const second = await interactive('flow', { ...FLOW, Caption: 'read', Header: { Media: document } })
    expect(second.panel.header).toMatchObject({ kind: 'document', caption: 'read', media: { fileName: 'guide.pdf' } })
  })
})

test('a carousel has its cards with files and buttons of every type', async () => {
  const Carousel = [
    {
      Text: 'Phones',
      MediaUrl: IMAGE,
      MediaType: 'image',
      Caption: 'Hot',
      Buttons: [
        { Id: 'u', Label: 'Buy', Url: 'https://store.example.com', Type: 'url' },
        { Label: 'More', Type: 'reply' },
      ],
    },
    {
      Text: 'Manual',
      MediaUrl: PDF,
      MediaType: 'document',
      Filename: 'm.pdf',
      Buttons: [
        { Id: 'CODE', Label: 'Copy', Type: 'copy' },
        { Id: '+5511988888888', Label: 'Call', Type: 'call' },
      ],
    },
  ]
  const sent = await interactive('carousel', { Phone, Message: 'Look', Carousel })
  expect(sent.panel).toEqual({ text: 'Look', buttons: [] })
  expect(sent.cards).toMatchObject([
    { text: 'Phones', header: { kind: 'image', caption: 'Hot' } },
    { text: 'Manual', header: { kind: 'document', media: { fileName: 'm.pdf' } } },
  ])
  expect(sent.buttons).toEqual([
    [
      'cta_url',
      { display_text: 'Buy', url: 'https://store.example.com', merchant_url: 'https://store.example.com', id: 'u' },
    ],
    ['quick_reply', { display_text: 'More', id: 'More' }],
    ['cta_copy', { display_text: 'Copy', copy_code: 'CODE' }],
    ['cta_call', { display_text: 'Call', phone_number: '+5511988888888' }],
  ])
})
