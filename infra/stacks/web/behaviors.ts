import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Duration } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type IOrigin,
  OriginRequestPolicy,
  type ResponseHeadersPolicy as Policy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'
import { ROOT } from '../../catalogue.ts'
import { nameOf, type PlatformStack } from '../../constructs/platform.ts'
import { pascal } from '../../constructs/queues.ts'

/** Addresses that the dashboard answers; everything else on the host belongs to the APIs. */
const SITE_PATHS = ['/', '/index.html', '/app', '/app/*', '/assets/*']

/** Nothing is cached, and the origin sees every header but the host: API Gateway routes by its own. */
const passThrough = {
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
} as const

/** An origin with the paths it answers. */
type Placed = { origin: IOrigin; paths: string[] }

/** The behaviours of the host: everything goes to the HTTP API (`standard`) unless another one is more exact. */
export const publicBehaviors = (
  stack: PlatformStack,
  origins: { api: { origin: IOrigin }; site: { origin: IOrigin }; sockets: Placed; streams: Placed | undefined },
): { standard: BehaviorOptions; additional: Record<string, BehaviorOptions> } => {
  const standard: BehaviorOptions = {
    ...passThrough,
    origin: origins.api.origin,
    responseHeadersPolicy: headersPolicy(stack, 'api'),
    // Bodies that Lambda cannot take stop here.
    functionAssociations: [onRequest(stack, 'limit-body')],
  }
  const site: BehaviorOptions = {
    origin: origins.site.origin,
    cachePolicy: CachePolicy.CACHING_OPTIMIZED,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    responseHeadersPolicy: headersPolicy(stack, 'site'),
    functionAssociations: [onRequest(stack, 'site-page')],
    compress: true,
  }
  const sockets: BehaviorOptions = {
    ...passThrough,
    origin: origins.sockets.origin,
    functionAssociations: [onRequest(stack, 'socket-root')],
  }
  const additional = {
    ...each(origins.sockets.paths, sockets),
    ...(origins.streams && each(origins.streams.paths, { ...standard, origin: origins.streams.origin })),
    ...each(SITE_PATHS, site),
  }
  return { standard, additional }
}

const each = (paths: string[], behavior: BehaviorOptions): Record<string, BehaviorOptions> =>
  Object.fromEntries(paths.map((pattern) => [pattern, behavior]))

const onRequest = (stack: PlatformStack, name: string) => ({
  eventType: FunctionEventType.VIEWER_REQUEST,
  function: new EdgeFunction(stack, pascal(name), {
    functionName: nameOf(stack.platform, name),
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(readFileSync(path.join(ROOT, 'infra/assets/edge', `${name}.js`), 'utf8')),
  }),
})

const transport: ResponseSecurityHeadersBehavior = {
  strictTransportSecurity: {
    accessControlMaxAge: Duration.days(365),
    includeSubdomains: true,
    override: true,
  },
  contentTypeOptions: { override: true },
}

/**
 * The dashboard loads its own code and styles only, nothing inline; talks to its own host, and to S3 for files (which listens on
 * ports of this machine in the laptop stack); shows pictures that WhatsApp keeps; and is never shown in a frame.
 */
const contentSecurityPolicy = (isLocal: boolean): string => {
  const files = isLocal ? 'http://localhost:* http://127.0.0.1:*' : 'https://*.amazonaws.com'
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    `img-src 'self' data: blob: https://*.whatsapp.net ${files}`,
    `media-src 'self' blob: ${files}`,
    `connect-src 'self' ${files}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}

const headersPolicy = (stack: Construct & PlatformStack, kind: 'api' | 'site'): Policy =>
  new ResponseHeadersPolicy(stack, `${pascal(kind)}Headers`, {
    responseHeadersPolicyName: nameOf(stack.platform, kind),
    securityHeadersBehavior:
      kind === 'api'
        ? transport
        : {
            ...transport,
            frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
            referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
            contentSecurityPolicy: {
              contentSecurityPolicy: contentSecurityPolicy(stack.platform.settings.environment === 'local'),
              override: true,
            },
          },
  })
