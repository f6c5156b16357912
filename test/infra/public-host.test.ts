import { beforeAll, describe, expect, test } from 'vitest'
import { type Catalogue, loadCatalogue } from '#infra/catalogue.ts'
import { routesOf, splitDomains, streamPatterns } from '#infra/routes.ts'
import { FRONT_HEADER } from '#kit/http/front.ts'
import { resourcesOf, smallCatalogue, synthesise, type Template } from './fixture.ts'

/** The one public host: CloudFront in front of pages, the HTTP API, what streams, and sockets. */
let catalogue: Catalogue
let templates: Record<string, Template>

type Origin = {
  Id: string
  OriginPath?: string
  OriginCustomHeaders?: { HeaderName: string; HeaderValue: unknown }[]
  CustomOriginConfig?: { OriginReadTimeout?: number }
}
type Behavior = {
  PathPattern?: string
  TargetOriginId: string
  AllowedMethods: string[]
  FunctionAssociations?: unknown[]
}
type Distribution = { Origins: Origin[]; DefaultCacheBehavior: Behavior; CacheBehaviors: Behavior[] }

const distributionOf = (made: Record<string, Template>): Distribution => {
  const [found] = resourcesOf(made, 'AWS::CloudFront::Distribution')
  return found?.resource.Properties?.DistributionConfig as Distribution
}

const propertiesOf = (made: Record<string, Template>, type: string): Record<string, unknown>[] =>
  resourcesOf(made, type).map(({ resource }) => resource.Properties ?? {})

beforeAll(async () => {
  catalogue = await loadCatalogue()
  templates = synthesise(catalogue).templates
}, 60_000)

describe('what streams', () => {
  test('has one path pattern per operation, which leads to the API that streams', () => {
    const { CacheBehaviors, Origins } = distributionOf(templates)
    const origin = Origins.find(({ OriginPath }) => OriginPath === '/live')
    expect(origin?.CustomOriginConfig?.OriginReadTimeout).toBe(120)
    const patterns = splitDomains(catalogue.domains).streaming.flatMap(streamPatterns)
    const led = CacheBehaviors.filter(({ TargetOriginId }) => TargetOriginId === origin?.Id)
    expect(led.map(({ PathPattern }) => PathPattern)).toEqual(patterns)
    for (const { AllowedMethods, FunctionAssociations } of led) {
      expect(AllowedMethods).toHaveLength(7)
      expect(FunctionAssociations).toHaveLength(1)
    }
  })

  test('is called by the REST API in stream mode, for as long as the function may run', () => {
    const methods = propertiesOf(templates, 'AWS::ApiGateway::Method')
    expect(methods).toHaveLength(splitDomains(catalogue.domains).streaming.flatMap(routesOf).length)
    for (const { Integration, HttpMethod } of methods) {
      expect(HttpMethod).toBe('ANY')
      expect(Integration).toMatchObject({ Type: 'AWS_PROXY', ResponseTransferMode: 'STREAM', TimeoutInMillis: 900_000 })
      expect(JSON.stringify(Integration)).toContain('/response-streaming-invocations')
    }
    const streams = propertiesOf(templates, 'AWS::Lambda::Function').filter(({ FunctionName }) =>
      /-stream-/.test(String(FunctionName)),
    )
    expect(streams.map(({ Timeout }) => Timeout)).toEqual(streams.map(() => 900))
  })

  test('is deployed anew when its paths change, and only then', () => {
    const idOf = (made: Catalogue): string | undefined =>
      resourcesOf(synthesise(made).templates, 'AWS::ApiGateway::Deployment')[0]?.id
    const changed = smallCatalogue()
    const operation = changed.domains.find(({ name }) => name === 'media')?.operations[0]
    if (!operation) throw new Error('the small catalogue streams nothing')
    expect(idOf(changed)).toBe(idOf(smallCatalogue()))
    operation.value = { ...operation.value, path: '/files/{id}' }
    expect(idOf(changed)).not.toBe(idOf(smallCatalogue()))
  })

  test('needs no API while no operation does', () => {
    const without = smallCatalogue()
    without.domains = without.domains.filter(({ name }) => name !== 'media')
    const made = synthesise(without).templates
    for (const part of ['RestApi', 'Method', 'Deployment', 'Stage']) {
      expect(resourcesOf(made, `AWS::ApiGateway::${part}`)).toEqual([])
    }
  })
})

describe('a request past CloudFront', () => {
  test('lacks the header that every API is sent, whose value no template holds', () => {
    const { Origins } = distributionOf(templates)
    const apis = Origins.filter(({ CustomOriginConfig }) => CustomOriginConfig !== undefined)
    expect(apis).toHaveLength(3)
    for (const { OriginCustomHeaders = [] } of apis) {
      expect(OriginCustomHeaders.map(({ HeaderName }) => HeaderName)).toEqual([FRONT_HEADER])
      expect(JSON.stringify(OriginCustomHeaders)).toMatch(/\{\{resolve:secretsmanager:.*FrontSecret.*:SecretString:/)
    }
  })

  test('is refused by every function that API Gateway calls: each can read the secret', () => {
    const called = propertiesOf(templates, 'AWS::Lambda::Permission')
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com')
      .map(({ FunctionName }) => (FunctionName as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0])
    const functions = resourcesOf(templates, 'AWS::Lambda::Function').filter(({ id }) =>
      called.includes(id.split('/').at(-1) ?? ''),
    )
    expect(functions).toHaveLength(called.length)
    for (const { id, resource } of functions) {
      expect(resource.Properties?.Environment, id).toMatchObject({
        Variables: { FRONT_SECRET_ARN: expect.anything() },
      })
    }
  })

  test('a new value is sent once the deployment names its version', () => {
    const { Origins } = distributionOf(synthesise(smallCatalogue(), undefined, { frontSecretVersion: 'v2' }).templates)
    expect(JSON.stringify(Origins)).toContain(':SecretString:::v2}}')
  })
})

test('the host has fewer behaviours than CloudFront allows', () => {
  expect(distributionOf(templates).CacheBehaviors.length).toBeLessThan(25)
})
