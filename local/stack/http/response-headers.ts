import { z } from 'zod'
import type { ResolvedApp } from '../template/resolve.ts'
import type { AnswerHeaders } from './messages.ts'

const override = { Override: z.boolean().default(false) }
const policySchema = z.looseObject({
  SecurityHeadersConfig: z
    .looseObject({
      ContentSecurityPolicy: z.looseObject({ ContentSecurityPolicy: z.string(), ...override }).optional(),
      ContentTypeOptions: z.looseObject(override).optional(),
      FrameOptions: z.looseObject({ FrameOption: z.string(), ...override }).optional(),
      ReferrerPolicy: z.looseObject({ ReferrerPolicy: z.string(), ...override }).optional(),
      StrictTransportSecurity: z
        .looseObject({
          AccessControlMaxAgeSec: z.coerce.number(),
          IncludeSubdomains: z.boolean().default(false),
          Preload: z.boolean().default(false),
          ...override,
        })
        .optional(),
    })
    .optional(),
  CustomHeadersConfig: z
    .object({ Items: z.array(z.object({ Header: z.string(), Value: z.string(), ...override })) })
    .optional(),
  RemoveHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string() })) }).optional(),
})

/** Changes the headers of an answer in place. */
export type HeadersPolicy = (headers: AnswerHeaders) => void

/** The response headers policy of a behaviour; without one (or with one of AWS's own) headers stay as they are. */
export function headersPolicyOf(app: ResolvedApp, id: string | undefined): HeadersPolicy {
  const resource = id === undefined ? undefined : app.find(id, 'AWS::CloudFront::ResponseHeadersPolicy')
  if (resource === undefined) return () => {}
  const policy = policySchema.parse(resource.properties.ResponseHeadersPolicyConfig)
  const rules = headerRules(policy)
  const removed = (policy.RemoveHeadersConfig?.Items ?? []).map(({ Header }) => Header.toLowerCase())
  return (headers) => {
    for (const name of removed) delete headers[name]
    for (const { name, value, overrides } of rules) {
      if (overrides || headers[name] === undefined) headers[name] = value
    }
  }
}

function headerRules(policy: z.infer<typeof policySchema>): { name: string; value: string; overrides: boolean }[] {
  const security = policy.SecurityHeadersConfig
  const csp = security?.ContentSecurityPolicy
  const frame = security?.FrameOptions
  const referrer = security?.ReferrerPolicy
  const transport = security?.StrictTransportSecurity
  const rule = (name: string, value: string, { Override }: { Override: boolean }) => ({
    name,
    value,
    overrides: Override,
  })
  return [
    ...(csp ? [rule('content-security-policy', csp.ContentSecurityPolicy, csp)] : []),
    ...(security?.ContentTypeOptions ? [rule('x-content-type-options', 'nosniff', security.ContentTypeOptions)] : []),
    ...(frame ? [rule('x-frame-options', frame.FrameOption, frame)] : []),
    ...(referrer ? [rule('referrer-policy', referrer.ReferrerPolicy, referrer)] : []),
    ...(transport ? [rule('strict-transport-security', transportValue(transport), transport)] : []),
    ...(policy.CustomHeadersConfig?.Items ?? []).map((item) => rule(item.Header.toLowerCase(), item.Value, item)),
  ]
}

function transportValue(transport: {
  AccessControlMaxAgeSec: number
  IncludeSubdomains: boolean
  Preload: boolean
}): string {
  const parts = [`max-age=${transport.AccessControlMaxAgeSec}`]
  if (transport.IncludeSubdomains) parts.push('includeSubDomains')
  if (transport.Preload) parts.push('preload')
  return parts.join('; ')
}
