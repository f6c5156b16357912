import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { AwsError, noLocalCounterpart } from './services/aws-error.ts'
import type { JsonHandler, ServiceHandlers } from './services/handlers.ts'
import { type Kms, openKms } from './services/kms.ts'
import { openParameters, type Parameters } from './services/parameters.ts'
import { answerRest } from './services/rest.ts'
import { openSecrets, type Secrets } from './services/secrets.ts'
import { keepMail } from './ses.ts'

/** Path of SES v2's SendEmail. */
const SEND_EMAIL = '/v2/email/outbound-emails'

/** How to start the small services. */
export type EndpointOptions = {
  /** Where the master key and the secrets are kept; absent means in memory. */
  dir?: string | undefined
  /** Where mails handed to SES are kept; without it none are taken. */
  mailDir?: string | undefined
  port?: number | undefined
  region: string
  accountId: string
  handlers?: ServiceHandlers | undefined
}

/** The running small services on one address. */
export type Endpoint = {
  endpoint: string
  port: number
  kms: Kms
  secrets: Secrets
  parameters: Parameters
  /** Looked up at every call, so the host may fill it in after the start. */
  handlers: ServiceHandlers
  /** How many calls that published metrics were accepted. */
  metricCalls(): number
  close(): Promise<void>
}

/** Starts KMS, Secrets Manager, Systems Manager parameters and the services the host answers. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { dir, region, accountId } = options
  const kms = openKms({ file: dir && join(dir, 'kms-master-key'), region, accountId })
  const secrets = openSecrets({ file: dir && join(dir, 'secrets.json'), region, accountId })
  const parameters = openParameters({ region, accountId })
  const handlers = options.handlers ?? {}
  let metricCalls = 0
  const services: Record<string, [name: string, run: (action: string, input: Record<string, unknown>) => unknown]> = {
    TrentService: ['kms', kms.call],
    secretsmanager: ['secretsmanager', secrets.call],
    AmazonSSM: ['ssm', parameters.call],
    AWSEvents: ['events', (action, input) => hosted('events', handlers.eventbridge, action, input)],
    AmazonEC2ContainerServiceV20141113: ['ecs', (action, input) => hosted('ecs', handlers.ecs, action, input)],
  }
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url ?? '/', 'http://localhost')
    const body = await buffer(req)
    if (isMetricData(req, url, body)) {
      metricCalls++
      return acceptMetrics(req, res)
    }
    const target = String(req.headers['x-amz-target'] ?? '')
    if (target) {
      const [prefix, action] = target.split('.') as [string, string]
      const service = services[prefix]
      if (!service) throw noLocalCounterpart(prefix, action)
      return sendJson(res, 200, await service[1](action, parseBody(body)))
    }
    if (req.method === 'POST' && url.pathname === SEND_EMAIL) return sendJson(res, 200, keepMail(options.mailDir, body))
    const call = {
      method: req.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: req.headers,
      body,
    }
    if (!(await answerRest(handlers, call, res))) throw noLocalCounterpart('service', `${req.method} ${url.pathname}`)
  }
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    res.setHeader('x-amzn-requestid', randomUUID())
    answer(req, res).catch((error: unknown) => sendError(res, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    kms,
    secrets,
    parameters,
    handlers,
    metricCalls: () => metricCalls,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function hosted(
  service: string,
  handlers: Record<string, JsonHandler> | undefined,
  action: string,
  input: Record<string, unknown>,
): unknown {
  const handler = handlers?.[action]
  if (!handler) throw noLocalCounterpart(service, action)
  return handler(input)
}

function parseBody(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = body.length > 0 ? JSON.parse(body.toString('utf8')) : {}
    if (parsed && typeof parsed === 'object') return parsed as Record<string, unknown>
  } catch {
    // Answered below like any other body that is not an object.
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object.')
}

/** CloudWatch has had three protocols; a client of any of them may publish. */
function isMetricData(req: IncomingMessage, url: URL, body: Buffer): boolean {
  const target = String(req.headers['x-amz-target'] ?? '')
  if (target === 'GraniteServiceVersion20100801.PutMetricData') return true
  if (url.pathname.endsWith('/operation/PutMetricData')) return true
  const form = String(req.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  return form && body.includes('Action=PutMetricData')
}

function acceptMetrics(req: IncomingMessage, res: ServerResponse) {
  const smithy = req.headers['smithy-protocol']
  if (smithy) {
    // An empty map in CBOR.
    res.writeHead(200, { 'content-type': 'application/cbor', 'smithy-protocol': String(smithy) })
    res.end(Buffer.from([0xa0]))
  } else if (req.headers['x-amz-target']) {
    sendJson(res, 200, {})
  } else {
    res.writeHead(200, { 'content-type': 'text/xml' })
    res.end('<PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"/>')
  }
}

function sendJson(res: ServerResponse, status: number, body: unknown) {
  res.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body ?? {}))
}

function sendError(res: ServerResponse, error: unknown) {
  const known = toAwsError(error)
  res.setHeader('x-amzn-errortype', known.code)
  if (res.headersSent) res.destroy()
  else sendJson(res, known.status, { __type: known.code, message: known.message })
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error
  if (error instanceof z.ZodError) return new AwsError('ValidationException', z.prettifyError(error))
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500)
}
