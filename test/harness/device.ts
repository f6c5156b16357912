import { randomBytes } from 'node:crypto'
import type { Answer } from './http.ts'
import { at, call } from './http.ts'
import { createPhone, freshNumber, type Phone } from './phone.ts'
import { waitFor } from './wait.ts'

/** What tests need to know of a running stack. */
export type StackAddress = { url: string; sandboxUrl: string; adminToken: string }

/** A device as a DIGIGO client drives it. */
export type TestDevice = {
  id: string
  token: string
  phone: Phone
  api: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
}

/** Creates a device by the admin API; its own phone exists but is not linked yet. */
export const createDevice = async (stack: StackAddress, options: Record<string, unknown> = {}): Promise<TestDevice> => {
  const token = randomBytes(12).toString('hex')
  const created = await call('POST', `${stack.url}/admin/users`, {
    headers: { authorization: stack.adminToken },
    body: { name: `device ${token.slice(0, 6)}`, token, ...options },
  })
  if (created.status !== 201) throw new Error(`creating a device: ${created.status} ${created.text}`)
  const phone = await createPhone(stack.sandboxUrl, freshNumber())
  return {
    id: String(at(created.body, 'data.id')),
    token,
    phone,
    api: (method, path, body, headers) => call(method, `${stack.url}${path}`, { headers: { token, ...headers }, body }),
  }
}

/** The QR code of a device that waits to be paired, as the API gives it (PNG data URL). */
export const qrOf = (device: TestDevice): Promise<string> =>
  waitFor(
    'a QR code',
    async () => {
      const answer = await device.api('GET', '/session/qr')
      const code = at(answer.body, 'data.QRCode')
      return typeof code === 'string' && code.startsWith('data:') && code
    },
    { timeoutMs: 30_000 },
  )

/** Waits until the device's status says connected and logged in. */
export const untilLoggedIn = (device: TestDevice, timeoutMs = 60_000): Promise<true> =>
  waitFor(
    'the device to be logged in',
    async () => {
      const { body } = await device.api('GET', '/session/status')
      return at(body, 'data.connected') === true && at(body, 'data.loggedIn') === true
    },
    { timeoutMs, everyMs: 100 },
  )

/** Connects a device and pairs it with its phone by QR. */
export const pair = async (device: TestDevice): Promise<void> => {
  const connected = await device.api('POST', '/session/connect', { Subscribe: ['All'], Immediate: true })
  if (connected.status !== 200) throw new Error(`connect: ${connected.status} ${connected.text}`)
  // A code that rotates between being read and being scanned is read again, as a person would.
  await waitFor('a code to be scanned', async () => (await device.phone.scan(await qrOf(device))) !== null, {
    timeoutMs: 40_000,
  })
  await untilLoggedIn(device)
}

/** A paired device in one step. */
export const pairedDevice = async (stack: StackAddress, options: Record<string, unknown> = {}): Promise<TestDevice> => {
  const device = await createDevice(stack, options)
  await pair(device)
  return device
}
