import type { ServerResponse } from 'node:http'
import { AwsError, noLocalCounterpart } from './aws-error.ts'
import type { InvokeCall, ServiceHandlers } from './handlers.ts'

/** A request of a service that puts its action into method and path. */
export type RestCall = {
  method: string
  path: string
  query: URLSearchParams
  headers: NodeJS.Dict<string | string[]>
  body: Buffer
}

const CONNECTION = /^\/(?:([^/]+)\/)?@connections\/([^/]+)$/
const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** Answers Lambda's invoke API and API Gateway's management of connections; false when the path is neither's. */
export async function answerRest(handlers: ServiceHandlers, call: RestCall, res: ServerResponse): Promise<boolean> {
  const connection = CONNECTION.exec(call.path)
  if (connection) {
    await manageConnection(handlers, call, decodeURIComponent(connection[2]!), connection[1] ?? '', res)
    return true
  }
  const invocation = INVOCATION.exec(call.path)
  if (!invocation || call.method !== 'POST') return false
  await invoke(handlers, call, decodeURIComponent(invocation[1]!), res)
  return true
}

async function manageConnection(
  handlers: ServiceHandlers,
  call: RestCall,
  id: string,
  stage: string,
  res: ServerResponse,
) {
  const connections = handlers.connections
  if (!connections) throw noLocalCounterpart('execute-api', 'ManageConnections')
  const gone = () => new AwsError('GoneException', '', 410)
  if (call.method === 'POST') {
    if ((await connections.post(id, call.body, stage)) === 'gone') throw gone()
    res.writeHead(200).end()
  } else if (call.method === 'DELETE') {
    if ((await connections.remove(id, stage)) === 'gone') throw gone()
    res.writeHead(204).end()
  } else {
    const state = await connections.get(id, stage)
    if (state === 'gone') throw gone()
    const body = {
      connectedAt: state.connectedAt.toISOString(),
      lastActiveAt: state.lastActiveAt.toISOString(),
      identity: { sourceIp: state.sourceIp, userAgent: state.userAgent },
    }
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

async function invoke(handlers: ServiceHandlers, call: RestCall, functionName: string, res: ServerResponse) {
  if (!handlers.lambda) throw noLocalCounterpart('lambda', 'Invoke')
  const type = String(call.headers['x-amz-invocation-type'] ?? 'RequestResponse') as InvokeCall['type']
  const qualifier = call.query.get('Qualifier') ?? undefined
  const result = await handlers.lambda.invoke({ functionName, qualifier, type, payload: call.body })
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  headers['x-amz-executed-version'] = result.version ?? '$LATEST'
  if (result.functionError) headers['x-amz-function-error'] = result.functionError
  const status = { RequestResponse: 200, Event: 202, DryRun: 204 }[type]
  res.writeHead(status, headers).end(type === 'RequestResponse' ? (result.payload ?? 'null') : undefined)
}
