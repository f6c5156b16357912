import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined }

type Request = { method: string; path: string; headers: Record<string, string>; body?: unknown }

type SigningFacts = { signingDate?: Date; signingRegion?: string; signingService?: string }

const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Headers on the way may change them (`user-agent`). */
const UNSIGNED = new Set(['user-agent'])

const bodyOf = (body: unknown): string | Uint8Array => {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body ?? ''
  throw new Error('only text and bytes can be signed here')
}

/**
 * Signature Version 4 for services whose every request is a small POST without a query (DynamoDB, SQS). The SDK's own signer makes
 * a new object of all settings and derives a key by hashing the secret for each request, which was a seventh of what a call costs;
 * this one keeps the day's key as a key object.
 */
export const requestSigner = (credentials: () => Promise<Credentials>) => {
  let known: { of: Credentials; scope: string; key: KeyObject } | undefined

  const keyFor = (of: Credentials, scope: string): KeyObject => {
    if (known?.of.secretAccessKey !== of.secretAccessKey || known.scope !== scope) {
      const start: string | Uint8Array = `AWS4${of.secretAccessKey}`
      const derived = scope.split('/').reduce<string | Uint8Array>(hmac, start)
      known = { of, scope, key: createSecretKey(Buffer.from(derived)) }
    }
    return known.key
  }

  return {
    /** The request with its date and its signature. */
    sign: async <R extends Request>(request: R, facts: SigningFacts = {}): Promise<R> => {
      const of = await credentials()
      const { signingDate = new Date(), signingRegion, signingService } = facts
      const time = signingDate.toISOString().replace(/[-:]|\.\d+/g, '')
      const scope = `${time.slice(0, 8)}/${signingRegion}/${signingService}/aws4_request`
      request.headers['x-amz-date'] = time
      if (of.sessionToken) request.headers['x-amz-security-token'] = of.sessionToken
      const names = Object.keys(request.headers)
        .filter((name) => !UNSIGNED.has(name))
        .sort()
      const signed = names.join(';')
      const lines = names.map((name) => `${name}:${request.headers[name]}\n`).join('')
      const digest = hash('sha256', bodyOf(request.body), 'hex')
      const canonical = `${request.method}\n${request.path}\n\n${lines}\n${signed}\n${digest}`
      const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical, 'hex')}`
      const signature = createHmac('sha256', keyFor(of, scope)).update(text).digest('hex')
      request.headers.authorization = `AWS4-HMAC-SHA256 Credential=${of.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
      return request
    },
  }
}
