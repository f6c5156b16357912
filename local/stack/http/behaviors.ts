import { z } from 'zod'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import { EdgeFunction } from './edge-function.ts'
import { type Forwarding, forwardingOf } from './forwarding.ts'
import type { Origin } from './messages.ts'
import { compilePathPattern } from './path-pattern.ts'
import { type HeadersPolicy, headersPolicyOf } from './response-headers.ts'
import type { WebSocketApi } from './websocket-api.ts'

const behaviorSchema = z.looseObject({
  PathPattern: z.string().default('*'),
  TargetOriginId: z.string(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  CachePolicyId: z.string().optional(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z.array(z.object({ EventType: z.string(), FunctionARN: z.string() })).default([]),
})

const originSchema = z.looseObject({
  Id: z.string(),
  DomainName: z.string(),
  OriginPath: z.string().default(''),
  OriginCustomHeaders: z.array(z.object({ HeaderName: z.string(), HeaderValue: z.string() })).default([]),
})

const distributionSchema = z.looseObject({
  DefaultCacheBehavior: behaviorSchema,
  CacheBehaviors: z.array(behaviorSchema).default([]),
  DefaultRootObject: z.string().default(''),
  Origins: z.array(originSchema),
  CustomErrorResponses: z
    .array(
      z.looseObject({
        ErrorCode: z.coerce.number(),
        ResponseCode: z.coerce.number().optional(),
        ResponsePagePath: z.string().optional(),
      }),
    )
    .default([]),
})

/** The configuration of a distribution, as far as it matters locally. */
export type DistributionConfig = z.infer<typeof distributionSchema>

/** Gives what answers at the domain name of an origin. */
export type OriginLookup = (domainName: string) => Origin | WebSocketApi

/** What happens with requests whose path fits a pattern. */
export type Behavior = {
  matches: (path: string) => boolean
  methods: ReadonlySet<string>
  origin: Origin | WebSocketApi
  originHost: string
  originPath: string
  /** Headers that the distribution adds, whatever a viewer put there. */
  originHeaders: Record<string, string>
  forward: Forwarding
  headersPolicy: HeadersPolicy
  onRequest: EdgeFunction | undefined
  onResponse: EdgeFunction | undefined
}

/** Reads a distribution: its configuration, and its behaviours in the order in which they are tried. */
export function readDistribution(
  app: ResolvedApp,
  resource: ResolvedResource,
  lookUp: OriginLookup,
): { config: DistributionConfig; behaviors: Behavior[] } {
  const config = distributionSchema.parse(resource.properties.DistributionConfig)
  const origins = new Map(config.Origins.map((origin) => [origin.Id, { ...origin, target: lookUp(origin.DomainName) }]))
  const functions = edgeFunctions(app, resource)
  const behaviors = [...config.CacheBehaviors, config.DefaultCacheBehavior].map((behavior): Behavior => {
    const origin = origins.get(behavior.TargetOriginId)
    if (origin === undefined) throw new Error(`behaviour ${behavior.PathPattern} names an origin that does not exist`)
    const associated = (type: string) =>
      functions.get(behavior.FunctionAssociations.find(({ EventType }) => EventType === type)?.FunctionARN ?? '')
    return {
      matches: compilePathPattern(behavior.PathPattern),
      methods: new Set(behavior.AllowedMethods),
      origin: origin.target,
      originHost: origin.DomainName,
      originPath: origin.OriginPath,
      originHeaders: Object.fromEntries(
        origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]),
      ),
      forward: forwardingOf(app, {
        originRequestPolicyId: behavior.OriginRequestPolicyId,
        cachePolicyId: behavior.CachePolicyId,
      }),
      headersPolicy: headersPolicyOf(app, behavior.ResponseHeadersPolicyId),
      onRequest: associated('viewer-request'),
      onResponse: associated('viewer-response'),
    }
  })
  return { config, behaviors }
}

function edgeFunctions(app: ResolvedApp, resource: ResolvedResource): Map<string, EdgeFunction> {
  const context = { distributionId: resource.name, domainName: app.local.frontHost }
  return new Map(
    app
      .ofType('AWS::CloudFront::Function')
      .map((fn) => [fn.arn, new EdgeFunction(fn.name, String(fn.properties.FunctionCode), context)]),
  )
}
