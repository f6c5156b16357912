import { fail } from '#kit/errors.ts'

/** Address of the sandbox network's control API; undefined where the product runs on the real WhatsApp alone. */
export const sandboxUrl = (): string | undefined => process.env.SANDBOX_URL || undefined

/** Milliseconds after which a silent sandbox network is given up. */
const PATIENCE_MS = 20_000

/** A request to the control API. */
export type DriveRequest = { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: unknown }

const refusal = (status: number, text: string): Error => {
  let message: string | undefined
  try {
    message = (JSON.parse(text) as { error?: { message?: string } }).error?.message
  } catch {
    message = undefined
  }
  if (status === 404) return fail('not_found', { message })
  if (status === 409) return fail('conflict', { message })
  if (status === 400) return fail('validation_failed', { message })
  return fail('upstream_error', { message: 'The sandbox network answered with an error.', internal: { status } })
}

/**
 * Has a simulated phone do something. Throws `sandbox_absent` where there is no sandbox network, `not_found`, `conflict` and
 * `validation_failed` in the network's words, and `upstream_error` when it does not answer.
 */
export const driveSandbox = async ({ method, path, body }: DriveRequest): Promise<Response> => {
  const base = sandboxUrl()
  if (!base) throw fail('sandbox_absent')
  const response = await fetch(new URL(path, base), {
    method,
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  }).catch((cause: unknown) => {
    throw fail('upstream_error', { message: 'The sandbox network does not answer.', cause })
  })
  if (!response.ok) throw refusal(response.status, await response.text())
  return response
}

/** `driveSandbox` for an answer in JSON. */
export const askSandbox = async (request: DriveRequest): Promise<unknown> => (await driveSandbox(request)).json()
