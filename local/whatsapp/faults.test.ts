import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './test-client.ts'
import { TestNetwork, textOn } from './test-network.ts'

let net: TestNetwork

beforeAll(async () => {
  net = await TestNetwork.start()
})

afterEach(() => net.reset())
afterAll(async () => net.close())

const closedWith = (client: { closes: number[] }, code: number) =>
  eventually(`closed with ${code}, got ${client.closes}`, () => client.closes.at(-1) === code)

describe('faults', () => {
  test.each([401, 440, 500, 503])('stream error %i closes the client with that code', async (code) => {
    const { client, number } = await net.link('Ada')
    expect(net.network.faults.set({ kind: 'stream-error', phone: `+${number}`, code })).toMatchObject({ struck: 1 })
    await closedWith(client, code)
  })

  test('stream error 515 makes the client come back', async () => {
    const { client, number } = await net.link('Ada')
    net.network.faults.set({ kind: 'stream-error', phone: number, code: 515 })
    await eventually('reconnected', () => client.closes.length === 2 && client.open)
  })

  test.each([401, 403, 405, 503])('failure %i refuses the next login only', async (code) => {
    const { client, number } = await net.link('Ada')
    net.network.faults.set({ kind: 'login-failure', phone: number, code })
    client.close()
    await eventually('gone', () => !client.open)
    client.connect()
    await closedWith(client, code)
    client.connect()
    await client.opened()
  })

  test('463 strikes the next sends and reaches nobody, then sending works again', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    net.network.faults.set({ kind: 'ack-error', phone: number, code: 463, count: 2 })
    const ids = [await client.send(bob.jid, { text: 'a' }), await client.send(bob.jid, { text: 'b' })]
    for (const id of ids)
      await eventually('refused', () => client.acks.find((ack) => ack.id === id && ack.error === '463'))
    await client.send(bob.jid, { text: 'c' })
    await textOn(bob.phone, 'c')
    expect(bob.phone.messages()).toHaveLength(1)
  })

  test('acks are delayed or withheld while the message still arrives', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    const warm = await client.send(bob.jid, { text: 'warm' })
    await eventually('first ack', () => client.acks.some(({ id }) => id === warm))
    net.network.faults.set({ kind: 'ack-delay', phone: number, ms: 300, count: 1 })
    const started = Date.now()
    const slow = await client.send(bob.jid, { text: 'slow' })
    await eventually('late ack', () => client.acks.some(({ id }) => id === slow))
    expect(Date.now() - started).toBeGreaterThanOrEqual(290)
    net.network.faults.set({ kind: 'ack-withhold', phone: number, count: 1 })
    const lost = await client.send(bob.jid, { text: 'no ack' })
    await textOn(bob.phone, 'no ack')
    const after = await client.send(bob.jid, { text: 'after' })
    await eventually('next ack', () => client.acks.some(({ id }) => id === after))
    expect(client.acks.some(({ id }) => id === lost)).toBe(false)
  })

  test('delivery receipts are withheld while reads still come', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    net.network.faults.set({ kind: 'receipt-withhold', phone: number })
    const id = await client.send(bob.jid, { text: 'quiet' })
    await textOn(bob.phone, 'quiet')
    await eventually('own copy', () => client.status(id) === 2)
    await bob.phone.read(id)
    await eventually('read', () => client.status(id) === 4)
    expect(client.updates.some(({ key, update }) => key.id === id && update.status === 3)).toBe(false)
  })

  test('a silent server is noticed by the keep-alive of the client, and speaks again when the fault is cleared', async () => {
    const { client, phone, number } = await net.link('Ada')
    client.close()
    await eventually('gone', () => !phone.view().devices[0]?.connected)
    const watchful = net.client(client.auth, { keepAliveIntervalMs: 300 })
    await watchful.opened()
    const { id } = net.network.faults.set({ kind: 'silence', phone: number })
    await closedWith(watchful, 408)
    net.network.faults.clear(id)
    watchful.connect()
    await watchful.opened()
  })

  test('the connection is cut, and refused for a while', async () => {
    const { client, number } = await net.link('Ada')
    net.network.faults.set({ kind: 'refuse-connections', ms: 400 })
    net.network.faults.set({ kind: 'disconnect', phone: number })
    await closedWith(client, 428)
    const before = client.closes.length
    client.connect()
    await eventually('refused', () => client.closes.length > before)
    await eventually('open again', () => {
      if (!client.open && client.closes.length > before) {
        client.closes.length = before
        client.connect()
      }
      return client.open
    })
  })

  test('requests fail or stay without an answer, by namespace', async () => {
    const { client, number } = await net.link('Ada')
    const bob = net.contact('Bob')
    net.network.faults.set({ kind: 'usync-error', phone: number, code: 429, count: 1 })
    await expect(client.socket.onWhatsApp(bob.number)).rejects.toThrow()
    net.network.faults.set({ kind: 'iq-error', phone: number, xmlns: 'blocklist', code: 503, count: 1 })
    await expect(client.socket.fetchBlocklist()).rejects.toThrow()
    expect(await client.socket.fetchBlocklist()).toEqual([])
    net.network.faults.set({ kind: 'iq-withhold', phone: number, xmlns: 'privacy', count: 1 })
    const unanswered = client.socket.query(
      {
        tag: 'iq',
        attrs: { to: '@s.whatsapp.net', type: 'get', xmlns: 'privacy' },
        content: [{ tag: 'privacy', attrs: {} }],
      },
      200,
    )
    await expect(unanswered).rejects.toThrow('Timed Out')
  })

  test('a client uploads prekeys when the server says they run low', async () => {
    const { phone, number } = await net.link('Ada')
    const before = phone.view().devices[0]?.preKeys ?? 0
    net.network.faults.set({ kind: 'prekey-low', phone: number })
    await eventually('uploaded', () => (phone.view().devices[0]?.preKeys ?? 0) > before)
  })
})

describe('endings', () => {
  test('unlinking on the phone logs a connected client out, and an absent one at its next login', async () => {
    const here = await net.link('Ada')
    await here.phone.unlink(here.device)
    await closedWith(here.client, 401)
    expect(here.phone.view().devices).toEqual([])
    const away = await net.link('Bob')
    away.client.close()
    await eventually('gone', () => !away.phone.view().devices[0]?.connected)
    await away.phone.unlink(away.device)
    away.client.connect()
    await closedWith(away.client, 401)
  })

  test('a client that logs out is unlinked', async () => {
    const { client, phone } = await net.link('Ada')
    await client.socket.logout()
    await eventually('unlinked', () => phone.view().devices.length === 0)
    await eventually('closed as logged out', () => client.closes.at(-1) === 401)
  })

  test('a second connection of one identity replaces the first', async () => {
    const { client } = await net.link('Ada')
    const second = net.client(client.auth)
    await second.opened()
    await closedWith(client, 440)
    expect(second.open).toBe(true)
  })
})
