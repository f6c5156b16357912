import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './test-client.ts'
import { TestNetwork, textOn } from './test-network.ts'

let net: TestNetwork

beforeAll(async () => {
  net = await TestNetwork.start()
})

afterEach(() => net.reset())
afterAll(async () => net.close())

describe('messages of two', () => {
  test('a text reaches the phone of the contact and the own phone, with ack, copy, delivery and read', async () => {
    const { phone, client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    const id = await client.send(bob.jid, { text: 'to bob' })
    expect(await textOn(bob.phone, 'to bob')).toMatchObject({
      id,
      from: number,
      fromMe: false,
      times: 1,
      fromDevice: 1,
    })
    expect(await textOn(phone, 'to bob')).toMatchObject({ id, fromMe: true, chat: bob.number })
    await eventually('delivered', () => client.status(id) === 3)
    expect(client.acks).toContainEqual({ id, error: undefined })
    await bob.phone.read(id)
    await eventually('read', () => client.status(id) === 4)
    await eventually('read on the own phone', () => phone.messages()[0]?.status === 'read')
  })

  test('a text from a phone reaches the client by number or by LID, with the name of the sender, and is confirmed', async () => {
    const { client, number, jid } = await net.link('Ada')
    await client.socket.sendPresenceUpdate('available')
    const bob = net.contact('Bob')
    await bob.phone.send({ to: number, text: 'by number' })
    await bob.phone.send({ to: number, text: 'by lid', addressing: 'lid' })
    const first = await client.text('by number')
    expect(first).toMatchObject({
      pushName: 'Bob',
      key: { remoteJid: bob.jid, remoteJidAlt: bob.phone.view().lid, fromMe: false },
    })
    expect((await client.text('by lid')).key).toMatchObject({ remoteJid: bob.phone.view().lid, remoteJidAlt: bob.jid })
    await eventually('delivered', () => bob.phone.messages().every(({ status }) => status === 'delivered'))
    await client.socket.readMessages([first.key])
    await eventually('read', () => bob.phone.messages()[0]?.status === 'read')
    expect(jid).toContain(number)
  })

  test('what the own phone sends appears in the client as sent by oneself', async () => {
    const { phone, client } = await net.link('Ada')
    const bob = net.contact('Bob')
    await phone.send({ to: bob.number, text: 'from my phone' })
    expect((await client.text('from my phone')).key).toMatchObject({ fromMe: true, remoteJid: bob.jid })
    expect(await textOn(bob.phone, 'from my phone')).toMatchObject({ fromDevice: 0 })
  })

  test('quotes, reactions, edits and revocations are understood on both sides', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    const asked = await bob.phone.send({ to: number, text: 'question' })
    const question = await client.text('question')
    const answer = await client.send(bob.jid, { text: 'answer' }, { quoted: question })
    expect(await textOn(bob.phone, 'answer')).toMatchObject({ quotedId: asked.id })
    await client.send(bob.jid, { react: { key: question.key, text: '👍' } })
    await eventually('reaction', () => bob.phone.messages().find(({ kind }) => kind === 'reaction'))
    const key = { remoteJid: bob.jid, fromMe: true, id: answer }
    await client.send(bob.jid, { text: 'better answer', edit: key })
    await textOn(bob.phone, 'better answer')
    await client.send(bob.jid, { delete: key })
    await eventually('revoked', () => bob.phone.messages().find(({ id, revoked }) => id === answer && revoked))
    await bob.phone.send({ to: number, reaction: { id: answer, text: '🎉' } })
    await eventually('reaction in the client', () =>
      client.messages.find(({ message }) => message?.reactionMessage?.text === '🎉'),
    )
    await bob.phone.send({ to: number, text: 'quoting', quote: answer })
    const quoting = await client.text('quoting')
    expect(quoting.message?.extendedTextMessage?.contextInfo?.stanzaId).toBe(answer)
  })

  test('the order of many messages is kept in both directions', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    const texts = Array.from({ length: 40 }, (_, at) => `line ${at}`)
    for (const text of texts) await client.send(bob.jid, { text })
    await textOn(bob.phone, 'line 39')
    expect(bob.phone.messages().map(({ text }) => text)).toEqual(texts)
    await Promise.all(texts.map((text) => bob.phone.send({ to: number, text: `re ${text}` })))
    await client.text('re line 39')
    const seen = client.messages.map(({ message }) => message?.conversation).filter((text) => text?.startsWith('re '))
    expect(seen).toEqual(texts.map((text) => `re ${text}`))
  })

  test('what arrives while the client is away comes at the next login, marked as offline, and once', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    client.close()
    await eventually('gone', () => !net.network.phone(number).view().devices[0]?.connected)
    for (const text of ['one', 'two', 'three']) await bob.phone.send({ to: number, text })
    client.connect()
    await client.text('three')
    const arrived = client.messages.flatMap(({ message }, at) =>
      message?.conversation ? [[message.conversation, client.upsertTypes[at]]] : [],
    )
    expect(arrived).toEqual(['one', 'two', 'three'].map((text) => [text, 'append']))
    await eventually('confirmed', () => net.network.phone(number).view().devices[0]?.pending === 0)
  })

  test('a client that cannot open a message asks again and gets it', async () => {
    const { client, number, device } = await net.link('Ada')
    const bob = net.contact('Bob')
    await bob.phone.send({ to: number, text: 'first' })
    await client.text('first')
    net.network.faults.set({ kind: 'device-cannot-decrypt', phone: number, device, count: 1 })
    await bob.phone.send({ to: number, text: 'damaged on the way' })
    await client.text('damaged on the way')
  })

  test('a client that cannot open a message of another client asks that one, and gets it', async () => {
    const ada = await net.link('Ada')
    const bob = await net.link('Bob')
    await ada.client.send(bob.jid, { text: 'opens' })
    await bob.client.text('opens')
    net.network.faults.set({ kind: 'device-cannot-decrypt', phone: bob.number, device: bob.device, count: 1 })
    await ada.client.send(bob.jid, { text: 'opens at the second try' })
    await bob.client.text('opens at the second try')
  })

  test('what the phone held before linking reaches the new client as history', async () => {
    const ada = net.contact('Ada')
    const bob = net.contact('Bob')
    await bob.phone.send({ to: ada.number, text: 'before linking' })
    await textOn(ada.phone, 'before linking')
    const fresh = net.client()
    const texts: unknown[] = []
    fresh.history = ({ messages }) => texts.push(...messages.map(({ message }) => message?.conversation))
    await ada.phone.scan(await fresh.qr())
    await fresh.opened()
    await eventually('history', () => texts.includes('before linking'))
  })

  test('a phone that cannot open a message asks again and gets it', async () => {
    const { client } = await net.link('Ada')
    const bob = net.contact('Bob')
    net.network.faults.set({ kind: 'phone-cannot-decrypt', phone: bob.number, count: 2 })
    const id = await client.send(bob.jid, { text: 'say again' })
    expect(await textOn(bob.phone, 'say again')).toMatchObject({ id })
    await eventually('delivered', () => client.status(id) >= 3)
  })

  test('a phone that is off gets its messages, and confirms them, when it is back', async () => {
    const { client } = await net.link('Ada')
    const bob = net.contact('Bob')
    await bob.phone.update({ online: false })
    const id = await client.send(bob.jid, { text: 'later' })
    await eventually('ack', () => client.acks.find((ack) => ack.id === id))
    expect(bob.phone.messages()).toEqual([])
    await bob.phone.update({ online: true })
    await textOn(bob.phone, 'later')
    await eventually('delivered', () => client.status(id) >= 3)
  })

  test('two clients of two phones talk to each other, and second clients of the same account see it too', async () => {
    const ada = await net.link('Ada')
    const bob = await net.link('Bob')
    const second = net.client()
    await bob.phone.scan(await second.qr())
    await second.opened()
    await ada.client.send(bob.jid, { text: 'client to client' })
    await bob.client.text('client to client')
    await second.text('client to client')
    await second.send(ada.jid, { text: 'and back' })
    await ada.client.text('and back')
    expect((await bob.client.text('and back')).key.fromMe).toBe(true)
  })

  test('only numbers that have a phone are on the network', async () => {
    const { client } = await net.link('Ada')
    const bob = net.contact('Bob')
    expect(await client.socket.onWhatsApp(bob.number, '15559999999')).toEqual([{ jid: bob.jid, exists: true }])
  })

  test('typing and presence are seen, and a rejected call is reported', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    await client.socket.presenceSubscribe(bob.jid)
    await eventually('away', () =>
      client.presences.some(({ presences }) => presences[bob.jid]?.lastKnownPresence === 'unavailable'),
    )
    bob.phone.presence(true)
    bob.phone.typing(number, 'composing')
    await eventually('typing', () =>
      client.presences.some(({ presences }) => presences[bob.jid]?.lastKnownPresence === 'composing'),
    )
    const rejected = new Promise((resolve) => {
      net.network.on((event) => event.type === 'call' && event.data?.state === 'rejected' && resolve(event.data.callId))
    })
    const { callId } = bob.phone.call(number)
    const call = await eventually('call', () =>
      client.calls.find(({ id, status }) => id === callId && status === 'offer'),
    )
    expect(call.from).toBe(bob.jid)
    await client.socket.rejectCall(call.id, call.from)
    expect(await rejected).toBe(callId)
  })

  test('older history and messages the client missed are answered by the phone', async () => {
    const { phone, client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    await bob.phone.send({ to: number, text: 'old one' })
    const { id } = await bob.phone.send({ to: number, text: 'new one' })
    await client.text('new one')
    const arrived = new Promise<number>((resolve) => {
      client.socket.ev.on('messaging-history.set', ({ messages }) => resolve(messages.length))
    })
    await client.socket.fetchMessageHistory(10, { remoteJid: bob.jid, fromMe: false, id }, 0)
    expect(await arrived).toBe(1)
    expect(phone.messages()).toHaveLength(2)
  })

  test('a block in the client keeps messages out, and app state changes reach the phone', async () => {
    const { phone, client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    await client.send(bob.jid, { text: 'hello' })
    await textOn(bob.phone, 'hello')
    await client.socket.updateBlockStatus(bob.jid, 'block')
    expect(await client.socket.fetchBlocklist()).toEqual([bob.phone.view().lid])
    await bob.phone.send({ to: number, text: 'blocked' })
    await client.socket.updateProfileName('Ada Lovelace')
    await eventually('renamed', () => phone.view().name === 'Ada Lovelace')
    await phone.update({ name: 'Countess' })
    await eventually('renamed in the client', () => client.auth.creds.me?.name === 'Countess')
    expect(client.messages.some(({ message }) => message?.conversation === 'blocked')).toBe(false)
  })
})
