import { describe, expect, test } from 'vitest'
import { changeDevice } from '#domains/devices/repo.ts'
import { findToken } from '#domains/guide/tokens.ts'
import { listWebhooks } from '#domains/webhooks/repo.ts'
import { GUIDE_PHONE, GUIDE_TEXT as text, useGuide } from '#test/harness/guide-device.ts'
import { at } from '#test/harness/http.ts'

const guide = useGuide()
const { call, basic, makeToken, lastToken, ownDevices, send, workOf, sendForm } = guide

const PDF = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from([0, 255, 128, 13, 10, 200])])

describe('devices', () => {
  test('adding one answers as documented, connects it, and asks again for the same while it waits', async () => {
    const other = await makeToken(false)
    const asked = await call('POST', '/devices', { platform: 'wa' }, { token: other })
    expect([asked.status, asked.body]).toEqual([
      201,
      {
        message: 'Scan the QR code to link your device',
        qr_code_url: expect.stringMatching(new RegExp(`^wss?://[^/]+/api/v1/devices/qr-code\\?token=${other}$`)),
      },
    ])
    await call('POST', '/devices', { platform: 'wa' }, { token: other })
    expect(await ownDevices()).toMatchObject([{ desired: 'online' }])
    expect((await call('GET', '/devices', undefined, { token: other })).body).toEqual([])
    for (const platform of ['signal', '', 1]) {
      const bad = await call('POST', '/devices', { platform })
      expect([bad.status, at(bad.body, 'error')]).toEqual([400, expect.stringContaining('platform')])
    }
  })

  test('the list is bare rows; tokens with use_host share it, others have their own', async () => {
    const rows = [{ platform: 'wa', device_id: GUIDE_PHONE }]
    expect((await call('GET', '/devices')).body).toEqual(rows)
    expect((await call('GET', '/devices', undefined, { token: await makeToken(true) })).body).toEqual(rows)
    const alone = await makeToken(false)
    expect((await call('GET', '/devices', undefined, { token: alone })).body).toEqual([])
    await changeDevice(guide.world.ctx, guide.device.id, { set: { state: 'loggedOut' } })
    expect((await call('GET', '/devices')).body).toEqual([])
  })

  test('another token’s device is not found: not to send, not to delete', async () => {
    const alone = await makeToken(false)
    expect((await send({ ...text, contact: '1234567890' }, { token: alone })).status).toBe(404)
    const body = { device_id: GUIDE_PHONE, platform: 'wa' }
    expect((await call('DELETE', '/devices', body, { token: alone })).status).toBe(404)
    expect((await call('GET', '/devices')).body).toHaveLength(1)
  })

  test('deleting one ends its login and takes it from the list; a shared one for everybody', async () => {
    const sharing = await makeToken(true)
    const body = { device_id: GUIDE_PHONE, platform: 'wa' }
    const gone = await call('DELETE', '/devices', body, { token: sharing })
    expect([gone.status, gone.body]).toEqual([200, { message: 'Device deleted successfully' }])
    expect(
      guide.world.runner.commands.some(
        ({ deviceId, work }) => deviceId === guide.device.id && work.type === 'device.logout',
      ),
    ).toBe(true)
    expect((await call('GET', '/devices')).body).toEqual([])
    expect((await call('DELETE', '/devices', body)).status).toBe(404)
    expect((await call('DELETE', '/devices', {})).text).toMatch(/device_id.*platform/)
  })

  test('a token keeps to its own devices everywhere: files of another identity are not found', async () => {
    const sent = await sendForm({ contact: '1234567890', platform: 'wa' }, { name: 'a.pdf', bytes: PDF })
    const path = `/media/${workOf(at(sent.body, 'results.0.message_id'))?.conversationId}/${at(sent.body, 'results.0.message_id')}`
    const get = (as: string) => guide.world.call('GET', path, { headers: { authorization: `Bearer ${as}` } })
    expect((await get(guide.token)).status).toBe(200)
    expect((await get(await makeToken(false))).status).toBe(404)
  })

  test('the address of the QR codes speaks WebSocket only', async () => {
    const query = { token: guide.token }
    const answer = await guide.world.call('GET', '/api/v1/devices/qr-code', {
      headers: { authorization: `Bearer ${guide.token}` },
      query,
    })
    expect([answer.status, at(answer.body, 'code')]).toEqual([426, 'upgrade_required'])
  })
})

describe('webhooks', () => {
  const url = 'https://your-server.com/webhook'

  test('are made, listed, changed and removed as documented, each by its token', async () => {
    const made = await call('POST', '/webhooks', { url })
    const id = Number(at(made.body, 'id'))
    const times = { created_at: expect.any(String), updated_at: expect.any(String) }
    expect([made.status, made.body]).toEqual([201, { id: expect.any(Number), url, active: true, ...times }])
    expect((await call('GET', '/webhooks')).body).toEqual([made.body])
    const off = await call('PUT', `/webhooks/${id}`, { active: false })
    expect(off.body).toEqual({ id, url, active: false, ...times })
    const moved = await call('PUT', `/webhooks/${id}`, { url: 'https://new-url.com/webhook' })
    expect(moved.body).toMatchObject({ url: 'https://new-url.com/webhook', active: false })
    expect((await call('PUT', `/webhooks/${id}`, {})).body).toMatchObject({ url: 'https://new-url.com/webhook' })
    const sharing = await makeToken(true)
    expect((await call('GET', '/webhooks', undefined, { token: sharing })).body).toEqual([])
    expect((await call('PUT', `/webhooks/${id}`, { active: true }, { token: sharing })).status).toBe(404)
    expect((await call('DELETE', `/webhooks/${id}`, undefined, { token: sharing })).status).toBe(404)
    expect((await call('DELETE', `/webhooks/${id}`)).body).toEqual({ message: 'Webhook deleted successfully' })
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(404)
    expect((await call('GET', '/webhooks')).body).toEqual([])
  })

  test('the URL has to be public, and is registered once', async () => {
    for (const bad of ['file:///etc/passwd', 'nonsense', '']) {
      expect(await call('POST', '/webhooks', { url: bad }), bad).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/^url: /) },
      })
    }
    await call('POST', '/webhooks', { url })
    expect((await call('POST', '/webhooks', { url })).status).toBe(409)
    const second = await call('POST', '/webhooks', { url: 'https://example.com/2' })
    expect((await call('PUT', `/webhooks/${at(second.body, 'id')}`, { url })).status).toBe(409)
    expect((await call('PUT', `/webhooks/${at(second.body, 'id')}`, { url: 'ftp://x' })).status).toBe(400)
  })

  test('rest while the credential of their token is off, and end with it', async () => {
    const asAdmin = (method: string, path: string, body?: unknown) =>
      guide.world.call(method, `/api/v1${path}`, { headers: basic(), body })
    const made = await asAdmin('POST', '/credentials', { client_id: 'my-app' })
    const pair = Buffer.from(`my-app:${at(made.body, 'client_secret')}`).toString('base64')
    const its = await guide.world.call('POST', '/api/v1/tokens', {
      headers: { authorization: `Basic ${pair}` },
      body: { use_host: true },
    })
    await call('POST', '/webhooks', { url }, { token: String(at(its.body, 'token')) })
    const ours = await call('POST', '/webhooks', { url })
    const resting = async () =>
      (await listWebhooks(guide.world.ctx, guide.tenant.tenantId))
        .filter(({ suspended }) => suspended)
        .map((one) => one.id)
    await asAdmin('PUT', '/credentials/my-app', { active: false })
    expect(await resting()).toHaveLength(1)
    expect(await resting()).not.toContain(at(ours.body, 'id'))
    await asAdmin('PUT', '/credentials/my-app', { active: true })
    expect(await resting()).toEqual([])
    expect((await asAdmin('DELETE', '/credentials/my-app')).status).toBe(200)
    expect((await listWebhooks(guide.world.ctx, guide.tenant.tenantId)).map(({ id }) => id)).toEqual([
      at(ours.body, 'id'),
    ])
  })

  test('end with their token', async () => {
    await call('POST', '/webhooks', { url })
    const { id } = await lastToken()
    const found = await findToken(guide.world.ctx, guide.tenant.tenantId, String(id))
    expect(found).toBeDefined()
    await guide.world.call('DELETE', `/api/v1/tokens/${id}`, { headers: basic() })
    const left = await guide.world.ctx.main.query({ pk: `W#${guide.tenant.tenantId}` })
    expect(left.items).toEqual([])
  })
})

describe('paths that another document has as well', () => {
  test('the credential says whose shape is meant, and neither touches the other’s', async () => {
    const ceox = (method: string, path: string, body?: unknown) =>
      guide.world.call(method, `/api/v1${path}`, { headers: { authorization: guide.tenant.apiKey }, body })
    expect((await call('GET', '/devices')).body).toEqual([{ platform: 'wa', device_id: GUIDE_PHONE }])
    expect((await ceox('GET', '/devices')).body).toMatchObject([
      { device_id: guide.device.number, phone: `+${GUIDE_PHONE}`, status: 'connected', inbox_id: null },
    ])
    const theirs = await ceox('POST', '/webhooks', { url: 'https://example.com/ceox', secret: 'hush' })
    const ours = await call('POST', '/webhooks', { url: 'https://example.com/guide' })
    expect(theirs.body).toMatchObject({ has_secret: true })
    expect(ours.body).not.toHaveProperty('has_secret')
    expect((await ceox('GET', '/webhooks')).body).toMatchObject([{ url: 'https://example.com/ceox' }])
    expect((await call('GET', '/webhooks')).body).toMatchObject([{ url: 'https://example.com/guide' }])
    expect((await ceox('DELETE', `/webhooks/${at(ours.body, 'id')}`)).status).toBe(404)
    expect((await call('DELETE', `/webhooks/${at(theirs.body, 'id')}`)).status).toBe(404)
    expect((await ceox('DELETE', `/webhooks/${at(theirs.body, 'id')}`)).status).toBe(200)
    expect((await call('DELETE', `/webhooks/${at(ours.body, 'id')}`)).status).toBe(200)
  })
})
