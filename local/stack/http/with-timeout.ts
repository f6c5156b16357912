/** The work took longer than the service in front of it waits. */
export class IntegrationTimeoutError extends Error {
  override readonly name = 'IntegrationTimeoutError'
}

/** Waits for work up to a time; the work itself goes on. Rejects with IntegrationTimeoutError. */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new IntegrationTimeoutError(`no answer within ${timeoutMs} ms`)), timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
