// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the substitution syntax of CloudFormation
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { connectionManagement } from '../host/management.ts'
import { functionDefinitions } from '../lambda/definition.ts'
import { LambdaFunction } from '../lambda/lambda-function.ts'
import { parseTemplate } from '../template/assembly.ts'
import { resolveApp } from '../template/resolve.ts'
import { Distribution } from './distribution.ts'
import { Front } from './front.ts'
import { HttpApi } from './http-api.ts'
import { RestApi } from './rest-api.ts'
import { WebSocketApi } from './websocket-api.ts'

const PASS_ALL = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'

const code = `
import { appendFileSync } from 'node:fs'
export const http = async (event) => {
  if (event.rawPath === '/throw') throw new Error('no')
  if (event.rawPath === '/hang') await new Promise(() => {})
  if (event.rawPath === '/plain') return { hello: 'world' }
  return { statusCode: 201, headers: { 'X-A': 'b' }, cookies: ['c=1', 'd=2'], body: JSON.stringify(event) }
}
export const stream = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { 'content-type': 'text/event-stream' } })
  stream.write('data: ' + event.path + ' ' + event.queryStringParameters.q + '\\n\\n')
  await new Promise((resolve) => { const timer = setInterval(() => stream.write(': beat\\n\\n'), 20); stream.on('close', () => { clearInterval(timer); resolve() }) })
  appendFileSync(process.env.OUT, 'closed')
})
export const socket = async (event) => {
  const { routeKey, connectionId } = event.requestContext
  if (routeKey === '$connect') return { statusCode: event.queryStringParameters?.token === 'good' ? 200 : 401, body: '' }
  if (routeKey === '$disconnect') appendFileSync(process.env.OUT, 'left ' + connectionId)
  return { statusCode: 200, body: routeKey + ':' + event.body }
}`

const fn = (handler: string, out: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Key: 'code.zip' },
    Handler: `index.${handler}`,
    Timeout: 30,
    Environment: { Variables: { OUT: out } },
  },
})
const route = (api: string, key: string, integration: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: api },
    RouteKey: key,
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: integration }]] },
  },
})
const integration = (api: string, target: string, timeout?: number) => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId: { Ref: api },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: { 'Fn::GetAtt': [target, 'Arn'] },
    ...(timeout && { TimeoutInMillis: timeout }),
  },
})
const permission = (target: string, api: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [target, 'Arn'] },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/*/*` },
  },
})
const host = (api: string) => ({
  'Fn::Join': ['', [{ Ref: api }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]],
})
const behavior = (TargetOriginId: string, PathPattern?: string) => ({
  TargetOriginId,
  AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
  OriginRequestPolicyId: PASS_ALL,
  ...(PathPattern && { PathPattern }),
})

const template = (out: string) => ({
  Resources: {
    Http: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        ProtocolType: 'HTTP',
        CorsConfiguration: { AllowOrigins: ['*'], AllowMethods: ['*'], AllowHeaders: ['token'] },
      },
    },
    HttpStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Http' }, StageName: '$default' } },
    HttpFn: fn('http', out),
    HttpCalls: permission('HttpFn', 'Http'),
    HttpInt: integration('Http', 'HttpFn'),
    Slow: integration('Http', 'HttpFn', 100),
    R1: route('Http', 'ANY /{proxy+}', 'HttpInt'),
    R2: route('Http', 'GET /users/{id}', 'HttpInt'),
    R3: route('Http', 'GET /hang', 'Slow'),
    R4: route('Http', '$default', 'HttpInt'),
    Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
    RestStage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Rest' }, StageName: 'live' } },
    StreamFn: fn('stream', out),
    StreamCalls: permission('StreamFn', 'Rest'),
    Streams: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Rest' },
        ParentId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] },
        PathPart: 'streams',
      },
    },
    Proxy: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Rest' }, ParentId: { Ref: 'Streams' }, PathPart: '{proxy+}' },
    },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Rest' },
        ResourceId: { Ref: 'Proxy' },
        HttpMethod: 'GET',
        Integration: {
          Type: 'AWS_PROXY',
          ResponseTransferMode: 'STREAM',
          Uri: {
            'Fn::Sub':
              'arn:aws:apigateway:r:lambda:path/2021-11-15/functions/${StreamFn.Arn}/response-streaming-invocations',
          },
        },
      },
    },
    Socket: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    },
    SocketStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Socket' }, StageName: 'live' } },
    SocketFn: fn('socket', out),
    SocketCalls: permission('SocketFn', 'Socket'),
    SocketInt: integration('Socket', 'SocketFn'),
    S1: route('Socket', '$connect', 'SocketInt'),
    S2: route('Socket', '$disconnect', 'SocketInt'),
    S3: route('Socket', '$default', 'SocketInt'),
    S4: route('Socket', 'ping', 'SocketInt'),
    S5: {
      Type: 'AWS::ApiGatewayV2::RouteResponse',
      Properties: { ApiId: { Ref: 'Socket' }, RouteId: { Ref: 'S4' }, RouteResponseKey: '$default' },
    },
    Root: {
      Type: 'AWS::CloudFront::Function',
      Properties: { FunctionCode: 'function handler(e) { e.request.uri = "/live"; return e.request }' },
    },
    Front: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Origins: [
            { Id: 'http', DomainName: host('Http') },
            { Id: 'rest', DomainName: host('Rest'), OriginPath: '/live' },
            { Id: 'socket', DomainName: host('Socket') },
          ],
          DefaultCacheBehavior: behavior('http'),
          CacheBehaviors: [
            behavior('rest', '/streams/*'),
            {
              ...behavior('socket', '/ws'),
              FunctionAssociations: [
                { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Root', 'FunctionARN'] } },
              ],
            },
          ],
        },
      },
    },
  },
})

let directory: string
let out: string
let front: Front
let url: string
let sockets: WebSocketApi
const functions = new Map<string, LambdaFunction>()

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'apis-'))
  out = path.join(directory, 'out')
  writeFileSync(path.join(directory, 'index.mjs'), code)
  writeFileSync(out, '')
  front = new Front(() => {})
  const port = await front.listen(0)
  url = `http://localhost:${port}`
  const stacks = [{ name: 's', region: undefined, template: parseTemplate(template(out)) }]
  const local = { region: 'us-east-1', accountId: '1', sqsUrl: '', frontHost: `localhost:${port}` }
  const app = resolveApp({ directory: '', stacks, files: new Map([['code.zip', directory]]), images: new Map() }, local)
  for (const definition of functionDefinitions(app)) {
    const worker = { environment: definition.environment, verbose: false, preload: [] }
    functions.set(definition.name, new LambdaFunction(definition, { worker, onOutcome: async () => {} }))
  }
  const [httpApi, socketApi] = app.ofType('AWS::ApiGatewayV2::Api')
  sockets = new WebSocketApi(app, socketApi!, functions)
  const rest = new RestApi(app, app.ofType('AWS::ApiGateway::RestApi')[0]!, functions)
  const origins = { [httpApi!.name]: new HttpApi(app, httpApi!, functions), [socketApi!.name]: sockets }
  const lookUp = (domain: string) => origins[domain.split('.')[0]!] ?? rest
  front.serve(new Distribution(app, app.ofType('AWS::CloudFront::Distribution')[0]!, lookUp))
})

afterAll(async () => {
  await sockets.close()
  await Promise.all([...functions.values()].map((one) => one.stop(100)))
  await front.close(0)
  rmSync(directory, { recursive: true })
})

const output = async () => (await import('node:fs/promises')).readFile(out, 'utf8')

describe('an HTTP API', () => {
  it('gives a function the event of payload format 2.0, and sends what it answers', async () => {
    const answer = await fetch(`${url}/users/7?a=1&a=2&b=%20`, { headers: { cookie: 'x=1; y=2', token: 't' } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('x-a')).toBe('b')
    expect(answer.headers.getSetCookie()).toEqual(['c=1', 'd=2'])
    expect(await answer.json()).toMatchObject({
      version: '2.0',
      routeKey: 'GET /users/{id}',
      rawPath: '/users/7',
      rawQueryString: 'a=1&a=2&b=%20',
      cookies: ['x=1', 'y=2'],
      headers: { token: 't' },
      queryStringParameters: { a: '1,2', b: ' ' },
      pathParameters: { id: '7' },
      requestContext: { http: { method: 'GET', path: '/users/7' }, stage: '$default' },
      isBase64Encoded: false,
    })
  })

  it('sends what no other route has to the default one, with the path as it came', async () => {
    const event = (await (await fetch(`${url}/`)).json()) as Record<string, unknown>
    expect(event).toMatchObject({ routeKey: '$default', rawPath: '/', requestContext: { routeKey: '$default' } })
    expect(event).not.toHaveProperty('pathParameters')
  })

  it('passes text as it is and anything else as base64', async () => {
    const send = async (type: string) =>
      (await (
        await fetch(`${url}/x`, { method: 'POST', body: 'hé', headers: { 'content-type': type } })
      ).json()) as object
    expect(await send('application/json; charset=utf-8')).toMatchObject({ body: 'hé', isBase64Encoded: false })
    expect(await send('application/octet-stream')).toMatchObject({
      body: Buffer.from('hé').toString('base64'),
      isBase64Encoded: true,
    })
  })

  it('answers a bare value, errors, timeouts and unknown bodies as API Gateway does', async () => {
    const ask = async (target: string, init?: RequestInit) => {
      const answer = await fetch(url + target, init)
      return [answer.status, await answer.json()]
    }
    expect(await ask('/plain')).toEqual([200, { hello: 'world' }])
    expect(await ask('/throw')).toEqual([500, { message: 'Internal Server Error' }])
    expect(await ask('/hang')).toEqual([503, { message: 'Service Unavailable' }])
    const body = Buffer.alloc(10 * 1024 * 1024 + 1)
    expect(await ask('/x', { method: 'POST', body })).toEqual([413, { message: 'Request Entity Too Large' }])
  })

  it('answers preflight requests itself and marks answers for other origins', async () => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' }
    const preflight = await fetch(`${url}/x`, { method: 'OPTIONS', headers })
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'token'])
    const answer = await fetch(`${url}/x`, { headers: { origin: 'https://a.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('a REST API with streaming', () => {
  it('passes bytes on as they are written, and tells the function when the reader leaves', async () => {
    const abort = new AbortController()
    const answer = await fetch(`${url}/streams/a/b?q=1`, { signal: abort.signal })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const reader = answer.body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toContain('data: /streams/a/b 1\n\n')
    abort.abort()
    await vi.waitFor(async () => expect(await output()).toContain('closed'), 5000)
  })

  it('answers unknown paths as API Gateway does', async () => {
    const answer = await fetch(`${url}/streams/x`, { method: 'DELETE' })
    expect([answer.status, await answer.json()]).toEqual([403, { message: 'Missing Authentication Token' }])
  })
})

describe('a WebSocket API', () => {
  const open = (target: string) => {
    const socket = new WebSocket(url.replace('http', 'ws') + target)
    return new Promise<WebSocket>((resolve, reject) => {
      socket.once('open', () => resolve(socket))
      socket.once('error', reject)
    })
  }
  const next = (socket: WebSocket) =>
    new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))))

  it('lets the function decide who may connect', async () => {
    await expect(open('/ws?token=bad')).rejects.toThrow('401')
    await expect(open('/elsewhere')).rejects.toThrow('400')
  })

  it('routes messages, answers where a route response says so, and pushes', async () => {
    const socket = await open('/ws?token=good')
    const management = connectionManagement(() => [sockets])
    socket.send('{"action":"ping"}')
    expect(await next(socket)).toBe('ping:{"action":"ping"}')
    const [id] = [...sockets.connections.keys()]
    const pushed = next(socket)
    expect(await management.post(id!, Buffer.from('news'), 'live')).toBe('sent')
    expect(await pushed).toBe('news')
    await expect(management.post(id!, Buffer.alloc(200_000), 'live')).rejects.toThrow('Too Long')
    expect(await management.get(id!, 'live')).toMatchObject({ connectedAt: expect.any(Date) })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    expect(await management.remove(id!, 'live')).toBe('closed')
    await closed
    await vi.waitFor(async () => expect(await output()).toContain(`left ${id}`), 5000)
    expect(await management.post(id!, Buffer.from('x'), 'live')).toBe('gone')
  })
})
