import { randomUUID } from 'node:crypto'
import type { AccessRequest, Decision } from '../iam.ts'
import type { ServiceName } from './request-targets.ts'

/** The answer to a refused call, in the format of its service. */
export type Denial = { status: number; headers: Record<string, string>; body: string; message: string }

/** Words a refusal as AWS does: who may not do what on which resource, and why. */
export function describeDenial(service: ServiceName, principal: string, request: AccessRequest, why: Decision): Denial {
  const reason =
    why === 'explicit'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${request.action} action`
  const message = `User: ${principal} is not authorized to perform: ${request.action} on resource: ${request.resource} ${reason}`
  const headers: Record<string, string> = { 'x-amzn-requestid': randomUUID() }
  if (service === 's3') {
    headers['content-type'] = 'application/xml'
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`
    return { status: 403, headers, body, message }
  }
  headers['content-type'] = 'application/x-amz-json-1.0'
  if (service === 'lambda' || service === 'execute-api') {
    headers['x-amzn-errortype'] = service === 'lambda' ? 'AccessDeniedException' : 'ForbiddenException'
    return { status: 403, headers, body: JSON.stringify({ message }), message }
  }
  if (service === 'sqs') {
    headers['x-amzn-query-error'] = 'AccessDenied;Sender'
    return { status: 403, headers, body: jsonError('com.amazonaws.sqs#AccessDenied', message), message }
  }
  const type = service === 'dynamodb' ? 'com.amazon.coral.service#AccessDeniedException' : 'AccessDeniedException'
  return { status: 400, headers, body: jsonError(type, message), message }
}

const jsonError = (type: string, message: string) => JSON.stringify({ __type: type, message, Message: message })
