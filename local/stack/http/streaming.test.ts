import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { functionDefinitions } from '../lambda/definition.ts'
import { LambdaFunction } from '../lambda/lambda-function.ts'
import { parseTemplate } from '../template/assembly.ts'
import { type ResolvedApp, resolveApp } from '../template/resolve.ts'
import { Distribution } from './distribution.ts'
import { Front } from './front.ts'
import { RestApi } from './rest-api.ts'

const MIB = 1024 * 1024
const FILE_BYTES = 48 * MIB

/** Writes a file as a pipeline does, waiting where the stream says so, and tells how far it came. */
const code = `
import { once } from 'node:events'
let written = 0
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const headers = { 'content-type': 'video/mp4', 'content-length': '${FILE_BYTES}' }
  if (event.path === '/files/written') {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 200 })
    stream.end(String(written))
    return
  }
  written = 0
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 206, headers })
  stream.write('')
  while (written < ${FILE_BYTES}) {
    if (event.path === '/files/broken' && written > ${MIB}) throw new Error('the file broke off')
    written += 65536
    if (!stream.write(Buffer.alloc(65536, 7))) await once(stream, 'drain')
  }
  stream.end()
})`

const permission = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:1:', { Ref: 'Rest' }, '/*/*']] },
  },
}

const template = {
  Resources: {
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: { Code: { S3Key: 'code.zip' }, Handler: 'index.handler', Timeout: 60 },
    },
    Calls: permission,
    Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Rest' }, StageName: 'live' } },
    Files: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Rest' },
        ParentId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] },
        PathPart: '{proxy+}',
      },
    },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Rest' },
        ResourceId: { Ref: 'Files' },
        HttpMethod: 'ANY',
        Integration: { Type: 'AWS_PROXY', ResponseTransferMode: 'STREAM', Uri: { 'Fn::GetAtt': ['Fn', 'Arn'] } },
      },
    },
    Front: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Origins: [{ Id: 'rest', DomainName: 'rest.example', OriginPath: '/live' }],
          DefaultCacheBehavior: { TargetOriginId: 'rest', AllowedMethods: ['GET', 'HEAD'] },
        },
      },
    },
  },
}

let directory: string
let front: Front
let url: string
let functions: Map<string, LambdaFunction>

const resolved = (changed: { Resources: Record<string, unknown> }, port = 0): ResolvedApp => {
  const stacks = [{ name: 's', region: undefined, template: parseTemplate(changed) }]
  const local = { region: 'us-east-1', accountId: '1', sqsUrl: '', frontHost: `localhost:${port}` }
  return resolveApp({ directory: '', stacks, files: new Map([['code.zip', directory]]), images: new Map() }, local)
}

const restApi = (app: ResolvedApp): RestApi => new RestApi(app, app.ofType('AWS::ApiGateway::RestApi')[0]!, functions)

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'streams-'))
  writeFileSync(path.join(directory, 'index.mjs'), code)
  front = new Front(() => {})
  const port = await front.listen(0)
  url = `http://localhost:${port}`
  const app = resolved(template, port)
  const worker = { environment: {}, verbose: false, preload: [] }
  functions = new Map(
    functionDefinitions(app).map((one) => [one.name, new LambdaFunction(one, { worker, onOutcome: async () => {} })]),
  )
  front.serve(new Distribution(app, app.ofType('AWS::CloudFront::Distribution')[0]!, () => restApi(app)))
})

afterAll(async () => {
  await Promise.all([...functions.values()].map((one) => one.stop(100)))
  await front.close(0)
  rmSync(directory, { recursive: true })
})

const written = async (): Promise<number> => Number(await (await fetch(`${url}/files/written`)).text())

describe('a stream through the local stack', () => {
  it('is as long as it is, far beyond what an answer in one piece may be', async () => {
    const answer = await fetch(`${url}/files/1`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([206, 'video/mp4'])
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect(bytes.length).toBe(FILE_BYTES)
    expect(bytes.every((byte) => byte === 7)).toBe(true)
  })

  it('holds its function back while the reader is slow, and goes on when it reads', async () => {
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      request(`${url}/files/2`, resolve).on('error', reject).end()
    })
    answer.pause()
    let before = -1
    await vi.waitUntil(
      async () => {
        const now = await written()
        const stopped = now > 0 && now === before
        before = now
        return stopped
      },
      { timeout: 15_000, interval: 100 },
    )
    expect(before).toBeLessThan(FILE_BYTES / 2)
    let received = 0
    for await (const chunk of answer) received += (chunk as Buffer).length
    expect(received).toBe(FILE_BYTES)
  })

  it('is cut off when its function fails, so that half of it is not taken for the whole', async () => {
    const answer = await fetch(`${url}/files/broken`)
    expect(answer.status).toBe(206)
    await expect(answer.arrayBuffer()).rejects.toThrow()
  })

  it('ends its function when the reader leaves, and the next one is served', async () => {
    const abort = new AbortController()
    const answer = await fetch(`${url}/files/3`, { signal: abort.signal })
    await answer.body?.getReader().read()
    abort.abort()
    expect((await fetch(`${url}/files/4`)).status).toBe(206)
  })

  it('needs the permission that API Gateway would need', () => {
    const { Calls: _, ...without } = template.Resources
    expect(() => restApi(resolved({ Resources: without }))).toThrow('no permission lets API Gateway call')
    const foreign = structuredClone(template.Resources)
    Object.assign(foreign.Calls.Properties, { SourceArn: 'arn:aws:execute-api:us-east-1:1:other/*/*' })
    expect(() => restApi(resolved({ Resources: foreign }))).toThrow('no permission lets API Gateway call')
  })
})
