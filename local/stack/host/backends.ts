import { type EmulatorOptions, type Emulators, startEmulators } from '#local/aws/emulators.ts'
import { provision } from '#local/aws/provision.ts'
import { AwsError } from '#local/aws/services/aws-error.ts'
import type { InvokeCall, InvokeResult, ServiceHandlers } from '#local/aws/services/handlers.ts'
import type { EcsOperations } from '../ecs/operations.ts'
import type { EventBuses } from '../events/bus.ts'
import type { WebSocketApi } from '../http/websocket-api.ts'
import { functionNameOf } from '../lambda/definition.ts'
import { InvocationError } from '../lambda/invocation.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { ResolvedApp } from '../template/resolve.ts'
import { connectionManagement } from './management.ts'

/** The parts of the host that answer AWS APIs; each is there once the stack has got so far. */
export type HostParts = {
  buses: () => EventBuses
  ecs: EcsOperations
  sockets: () => readonly WebSocketApi[]
  functions: () => ReadonlyMap<string, LambdaFunction>
}

/** Starts the AWS side of the stack, with the services that the host answers itself. */
export async function startBackends(options: {
  dir: string | undefined
  mailDir: string
  ports: EmulatorOptions['ports']
  log: (line: string) => void
  host: HostParts
}): Promise<Emulators> {
  const { dir, mailDir, ports, log } = options
  return await startEmulators({ dir, mailDir, ports, log, handlers: handlersOf(options.host) })
}

/** Makes the tables, queues, buckets, keys, secrets and parameters of an app that do not exist yet. */
export async function provisionApp(emulators: Emulators, app: ResolvedApp): Promise<void> {
  await provision(emulators, app.resources)
}

/** The variables under which an SDK client of any process talks to the emulators. */
export function awsEnvironment(emulators: Emulators): Record<string, string> {
  return {
    ...emulators.endpoints,
    AWS_REGION: emulators.region,
    AWS_DEFAULT_REGION: emulators.region,
    AWS_ACCESS_KEY_ID: emulators.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulators.credentials.secretAccessKey,
  }
}

function handlersOf(host: HostParts): ServiceHandlers {
  return {
    eventbridge: {
      PutEvents: ({ Entries }) => {
        const { results } = host.buses().put(Entries as Parameters<EventBuses['put']>[0])
        return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results }
      },
    },
    ecs: host.ecs,
    lambda: { invoke: (call) => invoke(host.functions(), call) },
    connections: connectionManagement(host.sockets),
  }
}

async function invoke(functions: ReadonlyMap<string, LambdaFunction>, call: InvokeCall): Promise<InvokeResult> {
  const fn = functions.get(functionNameOf(call.functionName))
  if (fn === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${call.functionName}`, 404)
  if (call.type === 'DryRun') return {}
  const payload = call.payload.length === 0 ? '{}' : call.payload.toString()
  if (call.type === 'Event') {
    void fn.invokeAsync(payload)
    return {}
  }
  try {
    return { payload: (await fn.invoke(payload)) ?? 'null', version: '$LATEST' }
  } catch (error) {
    if (!(error instanceof InvocationError)) throw error
    if (error.kind === 'throttled') throw new AwsError('TooManyRequestsException', error.error.errorMessage, 429)
    return { functionError: 'Unhandled', payload: JSON.stringify(error.error), version: '$LATEST' }
  }
}
