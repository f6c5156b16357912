import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { devicesOf } from '#domains/guide/devices.ts'
import { type ApiWorld, apiWorld, type TestTenant } from './api-world.ts'
import { at } from './http.ts'
import type { Invoked } from './invoke.ts'

/** Number of the phone that the admin's device is linked to. */
export const GUIDE_PHONE = '237123456789'

/** A message that is right. */
export const GUIDE_TEXT = { platform: 'wa', text: 'Hello from API' }

/** Another credential than the admin's token, and more headers. */
export type GuideOptions = { token?: string; headers?: Record<string, string> }

type FormFile = { name: string; bytes: Buffer; type?: string }

/** A multipart form as an HTTP client sends it. */
const encodeForm = async (fields: Record<string, string>, file?: FormFile) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  if (file) form.set('file', new File([new Uint8Array(file.bytes)], file.name, { type: file.type }))
  const request = new Request('http://localhost', { method: 'POST', body: form })
  const body = new Uint8Array(await request.arrayBuffer())
  return { body, type: request.headers.get('content-type') ?? '' }
}

/** A world for the tests of a file that use the Guide's API: each has a tenant with the admin's token and a linked device. */
export const useGuide = () => {
  let world: ApiWorld
  let tenant: TestTenant
  let token: string
  let device: Device
  beforeAll(async () => {
    world = await apiWorld()
  })
  beforeEach(async () => {
    tenant = await world.tenant()
    token = await makeToken(false)
    device = await linkDevice(token, GUIDE_PHONE)
    world.runner.onSend(() => 'ack')
  })
  afterAll(() => world?.close())

  const call = (method: string, path: string, body?: unknown, options: GuideOptions = {}): Promise<Invoked> =>
    world.call(method, `/api/v1${path}`, {
      headers: { authorization: `Bearer ${options.token ?? token}`, ...options.headers },
      body,
    })

  const basic = () => ({
    authorization: `Basic ${Buffer.from(`${tenant.clientId}:${tenant.clientSecret}`).toString('base64')}`,
  })
  const makeToken = async (use_host: boolean): Promise<string> => {
    const made = await world.call('POST', '/api/v1/tokens', { headers: basic(), body: { use_host } })
    return String(at(made.body, 'token'))
  }
  const lastToken = async (): Promise<{ id: number; matrix_username: string }> => {
    const rows = (await world.call('GET', '/api/v1/tokens', { headers: basic() })).body
    return (rows as { id: number; matrix_username: string }[]).at(-1) ?? { id: 0, matrix_username: '' }
  }
  const ownDevices = async (): Promise<Device[]> =>
    devicesOf(world.ctx, { tenantId: tenant.tenantId, identity: (await lastToken()).matrix_username })

  /** Asks for a device and links a phone to it, as the runner would write it. */
  const linkDevice = async (as: string, phone: string): Promise<Device> => {
    const asked = await call('POST', '/devices', { platform: 'wa' }, { token: as })
    if (asked.status !== 201) throw new Error(`asking for a device: ${asked.status} ${asked.text}`)
    const [made] = (await ownDevices()).filter(({ jid }) => jid === undefined)
    if (!made) throw new Error('no device was made')
    const set = { state: 'online' as const, jid: `${phone}:3@s.whatsapp.net`, lid: `9${phone}:3@lid`, qr: undefined }
    const linked = await changeDevice(world.ctx, made.id, { set })
    if (!linked) throw new Error('the device is gone')
    return linked
  }

  const send = (body: unknown, options: GuideOptions = {}) =>
    call('POST', `/devices/${GUIDE_PHONE}/message`, body, options)

  /** Sends a multipart form. */
  const sendForm = async (fields: Record<string, string>, file?: FormFile, headers = {}) => {
    const { body, type } = await encodeForm(fields, file)
    return send(body, { headers: { 'content-type': type, ...headers } })
  }

  /** What the device was told to send for a message of this id. */
  const workOf = (messageId: unknown) => world.runner.sends().find((work) => work.messageId === messageId)

  return {
    get world() {
      return world
    },
    get tenant() {
      return tenant
    },
    /** The admin's token. */
    get token() {
      return token
    },
    get device() {
      return device
    },
    call,
    basic,
    makeToken,
    lastToken,
    ownDevices,
    linkDevice,
    send,
    sendForm,
    workOf,
  }
}
