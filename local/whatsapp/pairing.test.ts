import qrcode from 'qrcode'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSandboxNetwork } from './network.ts'
import type { SandboxNetwork } from './network-types.ts'
import { TestClient } from './test-client.ts'

let network: SandboxNetwork
const clients: TestClient[] = []

function client(
  ...args: ConstructorParameters<typeof TestClient> extends [unknown, ...infer R] ? R : never
): TestClient {
  const made = new TestClient(network, ...args)
  clients.push(made)
  return made
}

beforeAll(async () => {
  network = await startSandboxNetwork()
})

afterAll(async () => {
  for (const each of clients) each.close()
  await network.close()
})

describe('pairing', () => {
  test('a scanned QR text links the client, which then logs in under the number of the phone', async () => {
    const phone = network.createPhone('+1 555 100 0001', { name: 'Ada' })
    const scanner = client()
    const linked = await phone.scan(await scanner.qr())
    await scanner.opened()
    expect(scanner.closes).toEqual([515])
    expect(scanner.auth.creds.me).toMatchObject({ id: linked.jid, name: 'Ada', lid: linked.lid })
    expect(phone.view().devices).toMatchObject([{ device: linked.device, connected: true }])
  })

  test('a scanned PNG of the QR code links the client over the control API', async () => {
    network.createPhone('15551000002')
    const scanner = client()
    const qr = await qrcode.toDataURL(await scanner.qr())
    const answer = await fetch(`${network.controlUrl}/phones/15551000002/scan`, {
      method: 'POST',
      body: JSON.stringify({ qr }),
    })
    expect(answer.status).toBe(200)
    await scanner.opened()
  })

  test('a code that the phone types links the client, with or without its dash', async () => {
    const phone = network.createPhone('15551000003')
    const typist = client()
    await typist.qr()
    const code = await typist.socket.requestPairingCode('15551000003')
    await phone.linkCode(`${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`)
    await typist.opened()
    expect(typist.auth.creds.me?.id).toMatch(/^15551000003:\d+@s\.whatsapp\.net$/)
  })

  test('a wrong code is refused and the right one still works afterwards', async () => {
    const phone = network.createPhone('15551000004')
    const typist = client()
    await typist.qr()
    const code = await typist.socket.requestPairingCode('15551000004')
    await expect(phone.linkCode('AAAAAAAA')).rejects.toMatchObject({ status: 400, code: 'wrong_code' })
    await phone.linkCode(code)
    await typist.opened()
  })

  test('a QR code that nobody offers is answered with 404, other text with 400', async () => {
    const phone = network.createPhone('15551000005')
    await expect(phone.scan('https://wa.me/settings/linked_devices#2@gone,a,b,c,1')).rejects.toMatchObject({
      status: 404,
    })
    await expect(phone.scan('hello')).rejects.toMatchObject({ status: 400 })
    await expect(phone.linkCode('ABCD1234')).rejects.toMatchObject({ status: 404 })
  })

  test('a client goes online at once after its first login, with the names from the phone', async () => {
    const contacts = [{ phone: '15551000007', name: 'Grace Hopper' }]
    network.createPhone('15551000007')
    const phone = network.createPhone('15551000006', { name: 'Linus', contacts })
    const fresh = client()
    const started = Date.now()
    await phone.scan(await fresh.qr())
    await fresh.opened()
    await expect
      .poll(() => fresh.contacts.get('15551000007@s.whatsapp.net')?.name, { timeout: 8000 })
      .toBe('Grace Hopper')
    expect(fresh.auth.creds.accountSyncCounter).toBe(1)
    expect(Date.now() - started).toBeLessThan(8000)
  })
})
