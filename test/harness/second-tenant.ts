import type { LocalStack } from '#local/stack/start-stack.ts'
import type { StackAddress } from './device.ts'
import { at, call } from './http.ts'

/** Credentials of another organisation on a running stack, made by the set-up function as an operator would. */
export type SecondTenant = StackAddress & { apiKey: string; managerApiKey: string }

/** Makes an organisation beside the first one. */
export const secondTenant = async (stack: LocalStack, slug: string): Promise<SecondTenant> => {
  const lambda = stack.endpoints.AWS_ENDPOINT_URL_LAMBDA
  const name = 'switchboard-local-job-set-up'
  const made = await call('POST', `${lambda}/2015-03-31/functions/${name}/invocations`, {
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${stack.endpoints.AWS_ACCESS_KEY_ID}/x/us-east-1/lambda/aws4_request`,
    },
    body: { tenant: { name: slug, slug, email: `${slug}@example.com` } },
  })
  if (made.status !== 200 || typeof at(made.body, 'apiKey') !== 'string') {
    throw new Error(`making a tenant: ${made.status} ${made.text}`)
  }
  const secrets = made.body as { adminToken: string; apiKey: string; managerApiKey: string }
  return { url: stack.url, sandboxUrl: stack.sandboxUrl, ...secrets }
}
