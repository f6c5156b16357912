import { z } from 'zod'
import { functionNameOf } from '../lambda/definition.ts'
import { assertMayInvoke } from '../lambda/invoke-permission.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'

const routeSchema = z.looseObject({ ApiId: z.string(), RouteKey: z.string(), Target: z.string().optional() })

/** A route of a WebSocket API; `responds` when the function's answer goes back to the client. */
export type SocketRoute = { fn: LambdaFunction; responds: boolean }

/** The routes of a WebSocket API by their key. Throws for a route that leads to no function, or to one it may not call. */
export function socketRoutes(
  app: ResolvedApp,
  api: ResolvedResource,
  functions: ReadonlyMap<string, LambdaFunction>,
  stage: string,
) {
  const integrations = new Map(
    app
      .ofType('AWS::ApiGatewayV2::Integration')
      .map((item) => [item.name, String(item.properties.IntegrationUri ?? '')]),
  )
  const responding = new Set(app.ofType('AWS::ApiGatewayV2::RouteResponse').map(({ properties }) => properties.RouteId))
  const routes = new Map<string, SocketRoute>()
  for (const resource of app.ofType('AWS::ApiGatewayV2::Route')) {
    const { ApiId, RouteKey, Target } = routeSchema.parse(resource.properties)
    if (ApiId !== api.name) continue
    const fn = functions.get(functionNameOf(integrations.get(Target?.split('/').at(-1) ?? '') ?? ''))
    if (fn === undefined) throw new Error(`route ${RouteKey} of ${api.logicalId} leads to no function of this app`)
    assertMayInvoke(app, api, fn.definition.name, stage, RouteKey)
    routes.set(RouteKey, { fn, responds: responding.has(resource.name) })
  }
  return routes
}
