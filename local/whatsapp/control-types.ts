import type { SandboxNetwork } from './network-types.ts'
import type { World } from './world.ts'

/** A request of the control API, taken apart. */
export interface ControlRequest {
  world: World
  network: SandboxNetwork
  params: Record<string, string>
  query: URLSearchParams
  body: unknown
}

/** An answer: JSON, or bytes of some type. */
export interface ControlAnswer {
  status?: number
  json?: unknown
  bytes?: Buffer
  type?: string
}

/** One operation: method, path with `:names`, and what it does. */
export interface ControlRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  run(request: ControlRequest): ControlAnswer | Promise<ControlAnswer>
}
