import { isRecord } from './intrinsics.ts'
import type { LocalValues } from './physical-identity.ts'
import type { ResolvedResource } from './resolve.ts'

/**
 * Gives a function that turns addresses of deployed endpoints inside a string into the local ones. Only whole
 * addresses (with their scheme) change: a bare host name still tells which API an origin means.
 */
export function endpointRewriter(resources: ResolvedResource[], local: LocalValues): (text: string) => string {
  const rules: [from: string, to: string][] = [
    [`https://${local.frontHost}`, `http://${local.frontHost}`],
    [`wss://${local.frontHost}`, `ws://${local.frontHost}`],
  ]
  for (const resource of resources) {
    if (!resource.type.startsWith('AWS::ApiGateway')) continue
    const host = `${resource.name}.execute-api.${local.region}.amazonaws.com`
    const socket = resource.properties.ProtocolType === 'WEBSOCKET'
    if (socket) rules.push([`https://${host}`, local.managementUrl ?? `http://${local.frontHost}`])
    if (socket) rules.push([`wss://${host}`, `ws://${local.frontHost}`])
    if (resource.type === 'AWS::ApiGateway::RestApi' || resource.properties.ProtocolType === 'HTTP') {
      rules.push([`https://${host}`, `http://${local.frontHost}`])
    }
  }
  return (text) => rules.reduce((result, [from, to]) => result.replaceAll(from, to), text)
}

/** Applies a change to every string inside a value. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change)) as T
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)])) as T
}
