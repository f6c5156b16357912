import { z } from 'zod'
import type { ResolvedApp } from '../template/resolve.ts'
import type { OriginRequest } from './messages.ts'

/** Policies of AWS that pass every header and the whole query string on. */
const PASS_ALL = new Set([
  '216adef6-5c7f-47e4-b989-5492eafa07d3',
  'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  '33f36d7e-f396-46d9-90e0-52428a34d9dc',
])

/** Headers that stay at the edge unless a policy names them. */
const KEPT_BACK = ['authorization', 'cookie', 'referer', 'accept-language']

const listSchema = z
  .object({ Items: z.array(z.string()).default([]) })
  .or(z.array(z.string()).transform((Items) => ({ Items })))
const policySchema = z.looseObject({
  HeadersConfig: z
    .looseObject({ HeaderBehavior: z.string().default('none'), Headers: listSchema.optional() })
    .optional(),
  QueryStringsConfig: z.looseObject({ QueryStringBehavior: z.string().default('none') }).optional(),
  CookiesConfig: z.looseObject({ CookieBehavior: z.string().default('none') }).optional(),
})

type Policy = z.infer<typeof policySchema>

/** Changes a viewer's request into the one the origin gets. */
export type Forwarding = (request: OriginRequest) => OriginRequest

/** What a behaviour's policies let through to the origin. */
export function forwardingOf(
  app: ResolvedApp,
  policies: { originRequestPolicyId: string | undefined; cachePolicyId: string | undefined },
): Forwarding {
  if (policies.originRequestPolicyId !== undefined && PASS_ALL.has(policies.originRequestPolicyId))
    return (request) => request
  const custom = [
    customPolicy(
      app,
      'AWS::CloudFront::OriginRequestPolicy',
      'OriginRequestPolicyConfig',
      policies.originRequestPolicyId,
    ),
    customPolicy(app, 'AWS::CloudFront::CachePolicy', 'CachePolicyConfig', policies.cachePolicyId),
  ].filter((policy) => policy !== undefined)
  const allHeaders = custom.some((policy) => /^all/.test(policy.HeadersConfig?.HeaderBehavior ?? ''))
  const named = new Set(
    custom.flatMap((policy) => policy.HeadersConfig?.Headers?.Items ?? []).map((name) => name.toLowerCase()),
  )
  const allQuery = custom.some((policy) => (policy.QueryStringsConfig?.QueryStringBehavior ?? 'none') !== 'none')
  const allCookies = custom.some((policy) => (policy.CookiesConfig?.CookieBehavior ?? 'none') !== 'none')
  const dropped = KEPT_BACK.filter((name) => !(allHeaders || named.has(name) || (name === 'cookie' && allCookies)))
  return (request) => {
    const headers = { ...request.headers }
    for (const name of dropped) delete headers[name]
    return { ...request, headers, query: allQuery ? request.query : '' }
  }
}

function customPolicy(app: ResolvedApp, type: string, property: string, id: string | undefined): Policy | undefined {
  const resource = id === undefined ? undefined : app.find(id, type)
  const config = resource?.properties[property] as Record<string, unknown> | undefined
  if (config === undefined) return undefined
  // A cache policy holds the same three settings one level deeper.
  return policySchema.parse(config.ParametersInCacheKeyAndForwardedToOrigin ?? config)
}
