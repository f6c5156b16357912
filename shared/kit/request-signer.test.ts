import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, expect, test, vi } from 'vitest'
import { requestSigner } from './request-signer.ts'

type Sent = { method: string; path: string; headers: Record<string, string>; body: string | Uint8Array }

const user = { accessKeyId: 'AKID2', secretAccessKey: 'two' }
const session = { accessKeyId: 'AKID', secretAccessKey: 'one', sessionToken: 'token' }

/** What the SDK's own client sends, signed by the SDK. */
const sentBySdk = async (credentials: typeof user): Promise<Sent> => {
  const sent: Sent[] = []
  const requestHandler = {
    handle: async (request: Sent) => {
      sent.push({ ...request, headers: { ...request.headers } })
      return { response: { statusCode: 200, headers: {}, body: Buffer.from('{}') } }
    },
  }
  const client = new DynamoDBClient({ region: 'eu-west-1', credentials, requestHandler: requestHandler as never })
  await client.send(new GetItemCommand({ TableName: 'main', Key: { pk: { S: 'ü' } } }))
  return sent[0] as Sent
}

afterEach(() => void vi.useRealTimers())

test.each([
  ['a session', session],
  ['a user', user],
])("signs for %s as the SDK's own signer does, day after day", async (_who, credentials) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const own = requestSigner(async () => credentials)
  for (const at of ['2026-03-31T23:59:59.120Z', '2026-03-31T23:59:59.990Z', '2026-04-01T00:00:00.000Z']) {
    vi.setSystemTime(new Date(at))
    const sdk = await sentBySdk(credentials)
    const { authorization, 'x-amz-date': _date, 'x-amz-security-token': _token, ...headers } = sdk.headers
    const facts = { signingDate: new Date(at), signingRegion: 'eu-west-1', signingService: 'dynamodb' }
    const signed = await own.sign({ ...sdk, headers }, facts)
    expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=/)
    expect(signed.headers).toEqual(sdk.headers)
  }
})

test('changed credentials are used at once', async () => {
  let credentials = { accessKeyId: 'A', secretAccessKey: 'before' }
  const own = requestSigner(async () => credentials)
  const facts = { signingDate: new Date(0), signingRegion: 'r', signingService: 's' }
  const authorization = async () =>
    (await own.sign({ method: 'POST', path: '/', headers: { host: 'h' } as Record<string, string> }, facts)).headers
      .authorization
  const before = await authorization()
  credentials = { accessKeyId: 'A', secretAccessKey: 'after' }
  expect(await authorization()).not.toBe(before)
})
