import { paginateScan } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadCatalogue } from '#infra/catalogue.ts'
import type { CredentialKind } from '#kit/actor.ts'
import type { Operation } from '#kit/define-operation.ts'
import { type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import { type Credentials, credentialsOf } from './credentials.ts'
import { requiredFields } from './documents.ts'

const { domains } = await loadCatalogue()
const operations = domains.flatMap(({ operations }) => operations.map(({ value }) => value))

let world: ApiWorld
let stranger: Credentials
/** What the owner has, by the names that operations give their parameters and fields. */
let owned: Record<string, string | number>
let isOwners: (item: string) => boolean

/** Words that only the owner's data has. */
const PRIVATE = /marker|15550007777|5216660001234/

beforeAll(async () => {
  world = await apiWorld()
  const owner = await world.tenant()
  const device = await world.device(owner, { name: 'marker device', webhook: 'https://hooks.example/marker' })
  await world.set(device, {
    state: 'online',
    desired: 'online',
    jid: '15550007777:3@s.whatsapp.net',
    pushName: 'marker',
  })
  const asOwner = { headers: { authorization: owner.apiKey } }
  const sent = await world.call('POST', '/api/v1/messages/send', {
    ...asOwner,
    body: { to: '+5216660001234', body: 'marker text', name: 'marker contact' },
  })
  expect(sent.status, sent.text).toBe(200)
  // Numbers are per tenant: the owner's has to be one that the stranger does not come to have.
  let webhook = sent
  for (let n = 0; n < 9; n += 1) {
    webhook = await world.call('POST', '/api/v1/webhooks', {
      ...asOwner,
      body: { url: 'https://hooks.example/marker' },
    })
    expect(webhook.status, webhook.text).toBeLessThan(300)
  }
  const basic = Buffer.from(`${owner.clientId}:${owner.clientSecret}`).toString('base64')
  const asClient = { headers: { authorization: `Basic ${basic}` } }
  for (let n = 0; n < 9; n += 1) {
    const made = await world.call('POST', '/api/v1/tokens', { ...asClient, body: { use_host: false } })
    expect(made.status, made.text).toBe(201)
  }
  const tokens = (await world.call('GET', '/api/v1/tokens', asClient)).body as { id: number }[]
  owned = {
    client_id: owner.clientId,
    token_id: tokens.at(-1)?.id ?? 0,
    id: device.id,
    token: device.token,
    webhookId: String(at(webhook.body, 'id')),
    conversationId: String(at(sent.body, 'conversation_id')),
    messageId: String(at(sent.body, 'wa_message_id')),
    device_id: Number(at(sent.body, 'device_id')),
  }
  isOwners = (item) => item.includes(owner.tenantId) || item.includes(device.id)

  const other = await world.tenant()
  stranger = await credentialsOf(world, other, await world.onlineDevice(other))
}, 60_000)

afterAll(() => world?.close())

const ownersItems = async (): Promise<string[]> => {
  const pages = paginateScan(
    { client: world.ctx.stores.dynamodb },
    { TableName: world.ctx.main.name, ConsistentRead: true },
  )
  const found: string[] = []
  for await (const { Items } of pages) found.push(...(Items ?? []).map((item) => JSON.stringify(unmarshall(item))))
  return found.filter(isOwners).sort()
}

/** The value that names a thing of the owner, for a parameter or field of an operation. */
const ownersThing = (operation: Operation, name: string): string | number | undefined => {
  // Whoever makes a client names it: in a body that is no thing of the owner's.
  if (name === 'client_id' && !operation.path.includes('{')) return undefined
  return name === 'id' && operation.path.includes('/webhooks/') ? owned.webhookId : owned[name]
}

const namesThing = (operation: Operation): boolean =>
  operation.path.includes('{') ||
  requiredFields(operation.input.query).includes('token') ||
  requiredFields(operation.input.body).includes('token')

const aimed = (operation: Operation, headers: Record<string, string>) => {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => String(ownersThing(operation, name) ?? 1))
  const fill = (fields: Record<string, unknown>, names: string[]): Record<string, unknown> =>
    Object.fromEntries(
      [...new Set([...Object.keys(fields), ...names])].map((name) => [
        name,
        ownersThing(operation, name) ?? fields[name],
      ]),
    )
  const query = fill(operation.examples?.query ?? {}, requiredFields(operation.input.query)) as Record<string, string>
  const example = (operation.examples?.body ?? {}) as Record<string, unknown>
  const body = operation.input.body && fill(example, requiredFields(operation.input.body))
  return world.call(operation.method, path, { headers, query, body })
}

const cases = operations.flatMap((operation) =>
  operation.auth
    .filter((kind) => kind !== 'none' && kind !== 'sessionToken')
    .map((kind): [string, CredentialKind, Operation] => [operation.key, kind, operation]),
)

/** These take a token to make something of it: one that is in use is a conflict, whoever has it. */
const TAKES_TOKEN = new Set(['digigo POST /admin/users', 'manager POST /api/start'])

test.each(cases)('%s with another tenant’s %s shows and changes nothing', async (key, kind, operation) => {
  const headers = stranger[kind]
  if (!headers) throw new Error(`give the tests a credential of kind ${kind}`)
  const before = await ownersItems()
  const { status, text } = await aimed(operation, headers)
  expect(text).not.toMatch(PRIVATE)
  expect(await ownersItems()).toEqual(before)
  if (key === 'guide GET /api/v1/devices/qr-code') expect(status, text).toBe(426)
  else if (TAKES_TOKEN.has(key)) expect(status, text).toBe(409)
  else if (namesThing(operation)) expect(status, text).toBe(404)
})
