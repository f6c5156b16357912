import { setTimeout as delay } from 'node:timers/promises'
import { functionNameOf } from '../lambda/definition.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { ResolvedApp } from '../template/resolve.ts'

/** Rest between two functions, so that warming never takes a core for itself while somebody uses the stack. */
const REST_MS = 150

/** The functions people wait for: those behind the APIs. */
export function functionsBehindApis(
  app: ResolvedApp,
  functions: ReadonlyMap<string, LambdaFunction>,
): LambdaFunction[] {
  const integrations = app
    .ofType('AWS::ApiGatewayV2::Integration')
    .map(({ properties }) => String(properties.IntegrationUri ?? ''))
  const methods = app
    .ofType('AWS::ApiGateway::Method')
    .map(({ properties }) => String((properties.Integration as { Uri?: string } | undefined)?.Uri ?? ''))
  const names = [...integrations, ...methods].map(functionNameOf)
  return [...new Set(names)].flatMap((name) => functions.get(name) ?? [])
}

/**
 * Loads functions' bundles ahead of their first call, one after another: each takes memory of its own, so not all at once
 * and not those nobody waits for. A bundle that cannot be loaded is left to its first caller, who gets the error.
 */
export async function warmFunctions(functions: LambdaFunction[], signal: AbortSignal): Promise<void> {
  for (const fn of functions) {
    if (signal.aborted) return
    await fn.warm().catch(() => {})
    await delay(REST_MS, undefined, { signal, ref: false }).catch(() => {})
  }
}
