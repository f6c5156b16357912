import { Agent, request } from 'node:http'

/** Where and as whom calls are made. */
export type AwsAccess = { endpoint: string; region: string; accessKeyId: string }

/** An error answer of an AWS API; `code` is the exception's short name. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError'
  readonly code: string

  constructor(operation: string, code: string, message: string) {
    super(`${operation}: ${code}: ${message}`)
    this.code = code
  }
}

/** Calls operations of one AWS API that speaks JSON. */
export type JsonClient = {
  call<Answer>(operation: string, body: unknown, signal?: AbortSignal): Promise<Answer>
  close(): void
}

const services = {
  dynamodb: { target: 'DynamoDB_20120810', signing: 'dynamodb', version: '1.0' },
  streams: { target: 'DynamoDBStreams_20120810', signing: 'dynamodb', version: '1.0' },
  sqs: { target: 'AmazonSQS', signing: 'sqs', version: '1.0' },
  ssm: { target: 'AmazonSSM', signing: 'ssm', version: '1.1' },
  secretsmanager: { target: 'secretsmanager', signing: 'secretsmanager', version: '1.1' },
}

/**
 * A bare client for an emulator. Pollers call several times a second for as long as the stack runs, and an SDK client
 * costs several times the CPU of the request itself; emulators check no signature.
 */
export function createJsonClient(service: keyof typeof services, access: AwsAccess): JsonClient {
  const { target, signing, version } = services[service]
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const url = new URL(access.endpoint)
  const headers = {
    'content-type': `application/x-amz-json-${version}`,
    authorization: `AWS4-HMAC-SHA256 Credential=${access.accessKeyId}/20260101/${access.region}/${signing}/aws4_request, SignedHeaders=host, Signature=0`,
    'x-amz-date': '20260101T000000Z',
  }
  const call = <Answer>(operation: string, body: unknown, signal?: AbortSignal) =>
    new Promise<Answer>((resolve, reject) => {
      const payload = Buffer.from(JSON.stringify(body))
      const outgoing = request(
        {
          agent,
          host: url.hostname,
          port: url.port,
          method: 'POST',
          path: '/',
          signal,
          headers: { ...headers, 'x-amz-target': `${target}.${operation}`, 'content-length': payload.length },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            if (response.statusCode === 200) resolve((text === '' ? {} : JSON.parse(text)) as Answer)
            else reject(errorOf(operation, response.statusCode ?? 0, text))
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  return { call, close: () => agent.destroy() }
}

function errorOf(operation: string, status: number, text: string): AwsCallError {
  try {
    const body = JSON.parse(text) as Record<string, unknown>
    const type = String(body.__type ?? body.code ?? status)
    return new AwsCallError(operation, type.split('#').at(-1)!, String(body.message ?? body.Message ?? text))
  } catch {
    return new AwsCallError(operation, String(status), text.slice(0, 200))
  }
}
