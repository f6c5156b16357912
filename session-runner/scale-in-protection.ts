import type { Log } from '#kit/context.ts'

const PROTECT_MINUTES = 90

/**
 * Asks ECS not to choose this task for scale-in or a deployment's first victims while it holds leases. Outside ECS (no agent
 * address) nothing happens. The protection ends by itself, so it is renewed well before.
 */
export const makeScaleInProtection = (agentUri: string | undefined, log: Log) => {
  const set = async (enabled: boolean): Promise<void> => {
    if (!agentUri) return
    try {
      const answer = await fetch(`${agentUri}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ProtectionEnabled: enabled, ...(enabled && { ExpiresInMinutes: PROTECT_MINUTES }) }),
        signal: AbortSignal.timeout(5_000),
      })
      if (!answer.ok) log.warn('task protection not changed', { status: answer.status })
    } catch (error) {
      log.warn('task protection not changed', { error: String(error) })
    }
  }
  return { protect: () => set(true), release: () => set(false) }
}
