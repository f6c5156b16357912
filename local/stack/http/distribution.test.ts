import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseTemplate } from '../template/assembly.ts'
import { resolveApp } from '../template/resolve.ts'
import { Distribution } from './distribution.ts'
import { Front } from './front.ts'
import { answerJson, type Origin, type OriginRequest } from './messages.ts'
import { SiteBucket } from './site.ts'

let directory: string
let front: Front
let url: string
const seen: OriginRequest[] = []

const PASS_ALL = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'
const page =
  'function handler(event) { if (!/[.]/.test(event.request.uri)) event.request.uri = "/index.html"; return event.request }'
const guard = `function handler(event) {
  var h = event.request.headers
  if (h['x-stop']) return { statusCode: 418, headers: { 'x-by': { value: 'edge' } }, body: 'stopped' }
  h['x-path'] = { value: event.request.uri }
  event.request.uri = '/changed'
  return event.request
}`
const stamp = 'function handler(event) { event.response.headers["x-stamp"] = { value: "1" }; return event.response }'

const edge = (code: string) => ({ Type: 'AWS::CloudFront::Function', Properties: { FunctionCode: code } })
const use = (type: string, id: string) => ({ EventType: type, FunctionARN: { 'Fn::GetAtt': [id, 'FunctionARN'] } })
const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']

const template = {
  Resources: {
    Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'site' } },
    Files: {
      Type: 'Custom::CDKBucketDeployment',
      Properties: {
        DestinationBucketName: { Ref: 'Site' },
        SourceObjectKeys: ['a.zip'],
        SystemMetadata: { 'cache-control': 'no-cache' },
      },
    },
    Page: edge(page),
    Guard: edge(guard),
    Stamp: edge(stamp),
    Headers: {
      Type: 'AWS::CloudFront::ResponseHeadersPolicy',
      Properties: {
        ResponseHeadersPolicyConfig: {
          SecurityHeadersConfig: { FrameOptions: { FrameOption: 'DENY', Override: true } },
          CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: 'kept', Override: false }] },
        },
      },
    },
    Front: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Origins: [
            {
              Id: 'api',
              DomainName: 'api.example',
              OriginCustomHeaders: [{ HeaderName: 'X-Front', HeaderValue: 'secret' }],
            },
            { Id: 'staged', DomainName: 'api.example', OriginPath: '/live' },
            { Id: 'site', DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] } },
          ],
          DefaultCacheBehavior: {
            TargetOriginId: 'api',
            AllowedMethods: all,
            OriginRequestPolicyId: PASS_ALL,
            ResponseHeadersPolicyId: { Ref: 'Headers' },
          },
          CacheBehaviors: [
            { PathPattern: '/app/*', TargetOriginId: 'site', FunctionAssociations: [use('viewer-request', 'Page')] },
            {
              PathPattern: 'guarded',
              TargetOriginId: 'staged',
              FunctionAssociations: [use('viewer-request', 'Guard'), use('viewer-response', 'Stamp')],
            },
          ],
          CustomErrorResponses: [{ ErrorCode: 503, ResponseCode: 200, ResponsePagePath: '/app/index.html' }],
        },
      },
    },
  },
}

const api: Origin = {
  handle: async (request, answer) => {
    seen.push(request)
    if (request.headers['x-refuse']) {
      await request.body(100).catch(() => answerJson(answer, 413, {}))
      return
    }
    const body = await request.body(100)
    const status = Number(new URLSearchParams(request.query).get('status') ?? 200)
    answer.head(status, { 'x-own': 'origin', 'content-length': String(body.length) })
    answer.write(body)
    answer.end()
  },
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'site-'))
  mkdirSync(path.join(directory, 'app'))
  writeFileSync(path.join(directory, 'index.html'), '<h1>page</h1>')
  writeFileSync(path.join(directory, 'app/index.html'), '<h1>sorry</h1>')
  writeFileSync(path.join(directory, 'app/x.js'), 'let x')
  const stacks = [{ name: 's', region: undefined, template: parseTemplate(template) }]
  front = new Front(() => {})
  const port = await front.listen(0)
  url = `http://localhost:${port}`
  const local = { region: 'eu-central-1', accountId: '1', sqsUrl: '', frontHost: `localhost:${port}` }
  const app = resolveApp({ directory: '', stacks, files: new Map([['a.zip', directory]]), images: new Map() }, local)
  const site = new SiteBucket(app, app.ofType('AWS::S3::Bucket')[0]!)
  const lookUp = (domain: string) => (domain === 'api.example' ? api : site)
  front.serve(new Distribution(app, app.ofType('AWS::CloudFront::Distribution')[0]!, lookUp))
})

afterAll(async () => {
  await front.close(0)
  rmSync(directory, { recursive: true })
})

/** Sends a large body to its end before looking at the answer, as many clients do. */
const sendWhole = async (address: string, headers: Record<string, string>): Promise<number> => {
  const { hostname, port, pathname } = new URL(address)
  const socket = connect(Number(port), hostname)
  const received: Buffer[] = []
  socket.pause()
  const length = 20 * 1024 * 1024
  const lines = Object.entries({ host: 'x', 'content-length': String(length), ...headers })
  socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  for (let sent = 0; sent < length; sent += 65_536) {
    if (!socket.write(Buffer.alloc(65_536))) await once(socket, 'drain')
  }
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.resume()
  await once(socket, 'end')
  socket.destroy()
  return Number(/^HTTP\/1\.1 (\d+)/.exec(Buffer.concat(received).toString())?.[1])
}

describe('a distribution', () => {
  it('passes everything but the host to its default origin', async () => {
    const answer = await fetch(`${url}/any/p%20th?a=1&a=2`, {
      method: 'POST',
      body: 'hi',
      headers: { authorization: 'raw' },
    })
    expect(await answer.text()).toBe('hi')
    expect(seen.at(-1)).toMatchObject({ method: 'POST', path: '/any/p%20th', query: 'a=1&a=2' })
    expect(seen.at(-1)!.headers).toMatchObject({
      authorization: 'raw',
      host: 'api.example',
      'x-forwarded-for': expect.any(String),
    })
  })

  it('shows the origin that a request came through it, and from where, whatever the viewer says', async () => {
    await fetch(`${url}/x`, { headers: { 'x-front': 'forged', 'x-forwarded-for': '192.0.2.1', 'x-amz-cf-id': 'f' } })
    const { headers, sourceIp } = seen.at(-1)!
    expect(headers['x-front']).toBe('secret')
    expect(headers['x-amz-cf-id']).not.toBe('f')
    expect(headers['x-forwarded-for']?.split(', ')).toEqual(['192.0.2.1', expect.stringMatching(/127|::1/), sourceIp])
  })

  it('adds policy headers, overriding only where told to', async () => {
    const answer = await fetch(`${url}/x`)
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect(answer.headers.get('x-own')).toBe('origin')
  })

  it('serves the deployed files, rewritten by the edge function', async () => {
    const script = await fetch(`${url}/app/x.js`)
    expect(script.headers.get('content-type')).toContain('text/javascript')
    expect(script.headers.get('cache-control')).toBe('no-cache')
    expect(await (await fetch(`${url}/app/some/page`)).text()).toBe('<h1>page</h1>')
    const again = await fetch(`${url}/app/x.js`, { headers: { 'if-none-match': script.headers.get('etag')! } })
    expect(again.status).toBe(304)
    expect((await fetch(`${url}/app/missing.js`)).status).toBe(403)
    expect((await fetch(`${url}/app/x.js`, { method: 'POST' })).status).toBe(403)
  })

  it('runs functions on requests and answers, and keeps back what no policy lets through', async () => {
    const answer = await fetch(`${url}/guarded?q=1`, { headers: { authorization: 'secret', 'x-other': 'o' } })
    expect(answer.headers.get('x-stamp')).toBe('1')
    expect(seen.at(-1)).toMatchObject({
      path: '/live/changed',
      query: '',
      headers: { 'x-path': '/guarded', 'x-other': 'o' },
    })
    expect(seen.at(-1)!.headers).not.toHaveProperty('authorization')
    const stopped = await fetch(`${url}/guarded`, { headers: { 'x-stop': '1' } })
    expect([stopped.status, stopped.headers.get('x-by'), await stopped.text()]).toEqual([418, 'edge', 'stopped'])
  })

  it.each([
    ['the distribution itself', 'guarded', {}, 403],
    ['an origin that takes no more', 'large', { 'x-refuse': '1' }, 413],
  ])('lets a client that sends its whole body first read the answer of %s', async (_, path, headers, status) => {
    expect(await sendWhole(`${url}/${path}`, headers)).toBe(status)
  })

  it('replaces errors by their page', async () => {
    const answer = await fetch(`${url}/x?status=503`)
    expect([answer.status, await answer.text()]).toEqual([200, '<h1>sorry</h1>'])
  })
})
