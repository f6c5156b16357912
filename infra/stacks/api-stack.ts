import { Aws } from 'aws-cdk-lib'
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway'
import { CfnIntegration, CfnRoute, CfnStage, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { assetNames } from '../bundling/entries.ts'
import type { Domain } from '../catalogue.ts'
import type { Resources } from '../constructs/grants.ts'
import { accept } from '../constructs/nag.ts'
import { type Platform, PlatformStack } from '../constructs/platform.ts'
import { pascal } from '../constructs/queues.ts'
import { LONGEST_STREAM_SECONDS, streamRoutes } from '../constructs/stream-routes.ts'
import { retainedLogs, unitFunction } from '../constructs/unit-function.ts'
import { FALLBACK_DOMAIN, needsOf, routesOf } from '../routes.ts'
import { STAGE, type WebStack } from './web-stack.ts'

/** What the functions of the operations are wired to. `whole` and `streaming` are the two parts of the domains. */
export type ApiProps = { whole: Domain[]; streaming: Domain[]; web: WebStack; resources: Partial<Resources> }

/**
 * The operations: one function per domain, reached by the greedy routes that follow from its operations' paths, and one more
 * for what streams. A domain with both has two functions, because an HTTP API cannot stream.
 */
export class ApiStack extends PlatformStack {
  constructor(scope: Construct, platform: Platform, props: ApiProps) {
    super(scope, platform, 'api')
    const routes = props.whole.flatMap((domain) => this.domain(domain, props))
    this.stage(props.web.httpApi, routes)
    if (props.web.streamApi) this.streams(props.web.streamApi, props)
  }

  private domain(domain: Domain, props: ApiProps): CfnRoute[] {
    const fn = unitFunction(this, this.platform, {
      name: assetNames.domain(domain.name),
      description: `Operations of functions/api/${domain.name}`,
      needs: needsOf(domain),
      resources: props.resources,
      publicUrl: props.web.publicUrl,
    })
    const { apiId } = props.web.httpApi
    allowCalls(fn, apiId)
    return this.routes(domain, apiId, fn)
  }

  private streams(api: CfnRestApi, props: ApiProps): void {
    const targets = props.streaming.map((domain) => {
      const fn = unitFunction(this, this.platform, {
        name: assetNames.stream(domain.name),
        description: `Streaming operations of functions/api/${domain.name}`,
        needs: needsOf(domain),
        resources: props.resources,
        publicUrl: props.web.publicUrl,
        timeoutSeconds: LONGEST_STREAM_SECONDS,
      })
      allowCalls(fn, api.ref)
      return { fn, paths: routesOf(domain) }
    })
    streamRoutes(this, api, STAGE, targets)
  }

  private routes(domain: Domain, apiId: string, fn: LambdaFunction): CfnRoute[] {
    const integration = new CfnIntegration(this, `${pascal(domain.name)}Integration`, {
      apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: fn.functionArn,
      payloadFormatVersion: '2.0',
    })
    const keys = routesOf(domain).map((path) => ({ id: `Route${path}`, routeKey: `ANY ${path}` }))
    // Without it API Gateway itself answers unknown paths, in a form that no document has.
    if (domain.name === FALLBACK_DOMAIN) keys.push({ id: 'DefaultRoute', routeKey: '$default' })
    return keys.map(({ id, routeKey }) => {
      const route = new CfnRoute(this, id, { apiId, routeKey, target: `integrations/${integration.ref}` })
      accept(route, 'APIG4', 'the five documents know nine kinds of credential; the function authenticates all of them')
      return route
    })
  }

  private stage(httpApi: HttpApi, routes: CfnRoute[]): void {
    // Below this root API Gateway may write without a line in the account's resource policy, which has room for few.
    const logs = retainedLogs(this, 'AccessLogs', this.platform, 'http-access', '/aws/vendedlogs')
    const stage = new CfnStage(this, 'Stage', {
      apiId: httpApi.apiId,
      stageName: '$default',
      autoDeploy: true,
      // The path without its query: queries carry credentials.
      accessLogSettings: { destinationArn: logs.logGroupArn, format: accessLogFormat },
      defaultRouteSettings: { detailedMetricsEnabled: false },
    })
    for (const route of routes) stage.addResourceDependency(route)
  }
}

/** Lets API Gateway call a function for an API, whatever its stage and path. */
const allowCalls = (fn: LambdaFunction, apiId: string): void =>
  fn.addPermission('Http', {
    principal: new ServicePrincipal('apigateway.amazonaws.com'),
    sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${apiId}/*/*`,
  })

const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  at: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
})
